/** How the page looks: narrow screens first, both backgrounds, and on paper. */
export const style = `
:root { color-scheme: light dark; --line: #8885; --soft: #8882; --good: #1a7f37; --bad: #c0202a; --warn: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --good: #4ac26b; --bad: #ff7b72; --warn: #d9a93a; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
pre, code { font: .875rem/1.45 ui-monospace, monospace; white-space: pre-wrap; margin: 0; }
pre { background: var(--soft); border-radius: 6px; padding: .5rem .75rem; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .15rem .75rem; margin: 0; }
dt { opacity: .75; } dd { margin: 0; }
ol, ul { margin: 0; padding-left: 1.25rem; } .plain { list-style: none; padding: 0; }
.badge { border: 2px solid currentColor; border-radius: 6px; display: inline-block; font-weight: 600; padding: 0 .5rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.step { border-bottom: 1px solid var(--line); padding: .4rem 0; }
.step summary { cursor: pointer; } .step .body { padding: .4rem 0 .4rem 1rem; display: grid; gap: .4rem; }
.time { opacity: .75; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
.curve { width: 100%; height: auto; display: block; }
.curve polyline { fill: none; stroke: #3b82f6; stroke-width: 3; } .curve circle { fill: #3b82f6; }
.curve line.threshold { stroke: var(--bad); stroke-dasharray: 5 4; } .curve text { fill: currentColor; font-size: 20px; }
.curve text.threshold { fill: var(--bad); }
textarea { font: inherit; width: 100%; min-height: 3.5rem; background: transparent; color: inherit; border: 1px solid var(--line); }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } .step { break-inside: avoid; } h2 { break-after: avoid; } }
`;
