/**
 * The record of a run as one page: no script, nothing from a network (its own policy forbids both), readable on a phone and on paper.
 * Steps that failed are open, others unfold.
 */
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import { thresholdOf } from '../model/chart.ts';
import type { Point } from '../model/chart.ts';
import { xml } from '../xml.ts';
import { curve } from './curve.ts';
import type { DecisionRecord, RunRecord, StepRecord } from './record.ts';
import { style } from './style.ts';

export interface PageParts {
  readonly record: RunRecord;
  /** For an incident channel. */
  readonly summary: readonly string[];
  /** Readings of a wait, oldest first; empty for a step that did not wait. */
  readonly samples: (key: string) => readonly Point[];
  /** Last lines that a step printed, masked as they were stored. */
  readonly output: (key: string, attempt: number) => readonly string[];
}

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'";

export function reportHtml(parts: PageParts): string {
  const { record } = parts;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${text(`${record.title}: ${record.outcome}`)}</title>
<style>${style}</style>
</head>
<body>
${recordHtml(parts)}
</body>
</html>
`;
}

/** What the page shows, also while the run goes on (`runbook serve`). */
export const recordHtml = (parts: PageParts): string => {
  const { record } = parts;
  return `<header>
<h1>${text(record.title)}</h1>
<p><span class="badge ${outcomeTone(record.outcome)}">${text(record.outcome)}</span></p>${record.still === undefined ? '' : `\n<p class="bad"><strong>${text(record.still)}</strong></p>`}
<dl>${record.facts.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join('\n')}</dl>
</header>
<main>
${section('Summary', `<pre>${parts.summary.map(text).join('\n')}</pre>`)}
${section('Curves', curves(parts))}
${section('Decisions', list(record.decisions.map(decision)))}
${section('Evidence', evidence(record))}
${record.sections.map(({ title, steps }) => section(title, steps.map((one) => step(parts, one)).join('\n'))).join('\n')}
${section('Postmortem', postmortem(record))}
${section('Timeline', timeline(record))}
</main>`;
};

/** Text of others: no control characters, no HTML of its own. */
const text = (value: string): string => xml(sanitize(value));

const section = (title: string, body: string): string =>
  body === '' ? '' : `<section>\n<h2>${text(title)}</h2>\n${body}\n</section>`;

const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`;

const outcomeTone = (outcome: string): string =>
  outcome === 'succeeded' ? 'good' : ['warning', 'refused', 'undone', 'aborted'].includes(outcome) ? 'warn' : 'bad';

function curves({ record, samples }: PageParts): string {
  const waits = record.sections.flatMap(({ steps }) => steps).filter((one) => one.until !== undefined);
  const drawn = waits.flatMap((one) => {
    const picture = curve(samples(one.key), thresholdOf(one.until ?? ''), `${one.title}, until ${one.until ?? ''}`);
    return picture === '' ? [] : [`<h3>${text(one.title)}</h3>\n<p><code>${text(one.until ?? '')}</code></p>\n${picture}`];
  });
  return drawn.join('\n');
}

function decision({ wall, by, what, about, reason }: DecisionRecord): string {
  const subject = about === undefined ? '' : `: ${text(about)}`;
  const why = reason === undefined ? '' : `<br><em>${text(reason)}</em>`;
  return `${time(wall)} ${text(by)} <strong>${text(what)}</strong>${subject}${why}`;
}

const time = (wall: string): string => `<time class="time" datetime="${text(wall)}">${text(wall.slice(11, 19))}</time>`;

function evidence({ evidence: all }: RunRecord): string {
  if (all.length === 0) return '';
  const rows = all.map(
    ({ key, before, after }) => `<tr><th scope="row">${text(key)}</th><td>${text(before)}</td><td>${text(after)}</td></tr>`,
  );
  return `<table><thead><tr><th></th><th>before</th><th>after</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

const changedText = (changed: StepRecord['changed']): string =>
  changed.startsWith('yes') ? changed.replace('yes', 'changed') : changed.replace('perhaps', 'perhaps changed');

function step(parts: PageParts, one: StepRecord): string {
  const output = parts.output(one.key, Math.max(1, one.attempts));
  const body = [
    one.sent === '' ? '' : `<pre>${text(one.sent)}</pre>`,
    one.detail === '' ? '' : `<div>${text(one.detail)}</div>`,
    output.length === 0 ? '' : `<pre>${output.map(text).join('\n')}</pre>`,
  ].join('');
  const notes = [
    one.target === '' ? '' : `on ${one.target}`,
    one.took,
    one.attempts > 1 ? `${String(one.attempts)} attempts` : '',
    changedText(one.changed),
  ].filter((note) => note !== '');
  const head = `<strong class="${one.tone}">${text(one.state)}</strong> ${text(one.title)} <span class="time">${text([one.key, ...notes].join(' · '))}</span>`;
  if (body === '') return `<div class="step">${head}</div>`;
  return `<details class="step"${one.tone === 'bad' ? ' open' : ''}><summary>${head}</summary><div class="body">${body}</div></details>`;
}

/** What was answered in the run, and room for the rest. */
const postmortem = ({ postmortem: all }: RunRecord): string =>
  all
    .map(
      ({ title, done, text: answer }) =>
        `<p><label><input type="checkbox"${done ? ' checked' : ''}> ${text(title)}</label></p>\n${done ? `<p>${text(answer)}</p>` : `<textarea aria-label="${text(title)}"></textarea>`}`,
    )
    .join('\n');

const timeline = ({ timeline: all }: RunRecord): string =>
  `<ol class="plain">${all.map(({ wall, text: words, strong }) => `<li>${time(wall)} ${strong ? `<strong>${text(words)}</strong>` : text(words)}</li>`).join('\n')}</ol>`;
