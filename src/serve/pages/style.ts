/** How pages look: that of reports, and what can be pressed. Everything that is pressed is at least as large as a thumb (48 pixels). */
import { style as report } from '../../ui/report/style.ts';

export const pageStyle = `${report}
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
nav a { display: inline-flex; align-items: center; min-height: 48px; min-width: 48px; }
nav .who { margin-left: auto; } nav form { display: inline; }
label { display: block; margin: .5rem 0; }
input, select, textarea { font: inherit; width: 100%; min-height: 48px; padding: .25rem .5rem; border: 1px solid currentColor; border-radius: 6px; background: transparent; color: inherit; }
input[type=checkbox] { width: auto; min-height: 1rem; }
select option { color: black; }
button, .button { display: block; font: inherit; font-weight: 600; width: 100%; min-height: 48px; margin: .25rem 0; padding: .5rem; border: 2px solid currentColor; border-radius: 6px; background: transparent; color: inherit; cursor: pointer; text-align: left; text-decoration: none; }
button small { font-weight: 400; display: block; }
button.yes { color: var(--good); } button.no { color: var(--bad); }
button.link { display: inline; width: auto; min-height: 48px; border: 0; text-decoration: underline; font-weight: 400; }
.ask { border: 2px solid var(--warn); border-radius: 6px; padding: .75rem; margin: 1rem 0; }
.ask h2 { margin-top: 0; border: 0; } .ask pre { margin: .25rem 0 .75rem; }
.destructive { border-color: var(--bad); }
.problem { border: 2px solid var(--bad); border-radius: 6px; padding: .75rem; }
.rows { list-style: none; padding: 0; } .rows li { border-bottom: 1px solid var(--line); padding: .25rem 0; }
.rows a { display: block; min-height: 48px; }
.steer { display: grid; gap: .25rem; } #steer summary { display: flex; align-items: center; min-height: 48px; }
#line a { display: inline-flex; align-items: center; min-height: 48px; }
.cut { color: var(--bad); font-weight: 600; opacity: 1; position: sticky; top: 0; padding: .5rem 0; background: Canvas; }
`;
