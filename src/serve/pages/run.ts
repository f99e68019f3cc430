/** A run in progress, and afterwards: what it asks, what can be done, and its record as the report shows it. */
import { whyNot } from '../../interpreter/core/decide/possible.ts';
import type { Control } from '../../interpreter/core/model/event.ts';
import { questionsOf } from '../../interpreter/engine/operator.ts';
import type { Roles } from '../../interpreter/engine/approval.ts';
import { pointsOf } from '../../ui/files.ts';
import type { Point } from '../../ui/model/chart.ts';
import { recordHtml, recordOf, summaryLines } from '../../ui/report/forms.ts';
import type { RunFiles } from '../../service/run-service.ts';
import type { Person } from '../identity/who.ts';
import type { RunSeen } from '../live/hub.ts';
import type { Html, HtmlPart } from './html.ts';
import { html, trusted } from './html.ts';
import { csrfField, framed } from './layout.ts';
import { questionForm } from './question.ts';

export interface RunPage {
  readonly seen: RunSeen;
  readonly person: Person;
  readonly roles: Roles;
  /** No engine carries it. */
  readonly interrupted?: boolean;
}

export const runPage = (page: RunPage): Html => {
  const { seen, person, interrupted } = page;
  const over = seen.state.phase === 'finished';
  return framed(
    { title: `${stateOf(seen)}: ${seen.plan.runbook.title}`, person, ...(over ? {} : { live: `/runs/${seen.run}/events` }) },
    html`<p id="line" class="time" role="status">
      ${!over && html`<a href="/runs/${seen.run}">Reload</a> to see what has changed.`}
    </p>`,
    interrupted === true &&
      html`<p class="problem">
        No engine carries this run. On the machine of this server: <code>runbook resume ${seen.run}</code>
      </p>`,
    runSections(page),
    html`<p><a href="/runs/${seen.run}/report">The report</a></p>`,
  );
};

/** What changes. Each section has an id, and a version where it is replaced only when that is another one. */
export function runSections(page: RunPage): Html {
  const { seen, person } = page;
  const questions = questionsOf(seen.plan, seen.state);
  const version = questions.map(({ id, shown }) => `${id}.${shown.slice(0, 12)}`).join(' ');
  return html`<section id="asks" data-version="${version === '' ? 'none' : version}">
      ${questions.map((question) => questionForm({ ...page, question }))}
    </section>
    <section id="record">${record(seen)}</section>
    <section id="steer" data-version="${steerable(seen).join(' ') || 'none'}">${steer(seen, person)}</section>`;
}

export const stateOf = ({ plan, state }: RunSeen): string =>
  state.outcome ?? (questionsOf(plan, state).length > 0 ? 'waits for an answer' : 'running');

function record(seen: RunSeen): Html {
  const { plan, records, state, files } = seen;
  const made = recordOf(plan, records, state);
  return trusted(
    recordHtml({
      record: { ...made, outcome: stateOf(seen) },
      summary: summaryLines(plan, state),
      samples: (key) => samplePoints(files, key),
      output: (key, attempt) => outputLines(files, key, attempt),
    }),
  );
}

/** What the page offers. Everything else is done with `runbook` on the machine of the server. */
const words = ['pause', 'continue', 'abort'] as const;
type Word = (typeof words)[number];

const controlOf = (word: Word): Control =>
  word === 'abort' ? { is: 'abort', undo: false, force: false, reason: '-' } : { is: word };

const steerable = ({ plan, state }: RunSeen): readonly Word[] =>
  state.phase === 'finished' ? [] : words.filter((word) => whyNot(plan, state, controlOf(word)) === undefined);

function steer(seen: RunSeen, { csrf }: Person): HtmlPart {
  if (seen.state.phase === 'finished') return undefined;
  return html`<details>
    <summary>Steer this run</summary>
    <form method="post" action="/runs/${seen.run}/act" class="steer">
      ${csrfField(csrf)}
      <label>Note, or reason <input name="text" /></label>
      <label><input type="checkbox" name="undo" value="yes" /> with abort: also undo its changes</label>
      <button name="do" value="note">note</button>
      ${steerable(seen).map((word) => html`<button name="do" value="${word}">${word}</button>`)}
    </form>
  </details>`;
}

/** Of what a step printed. */
const lastLines = 40;

function outputLines(files: RunFiles, key: string, attempt: number): readonly string[] {
  const text = textOf(files, `output/${key}-${String(attempt)}.log`);
  return text === '' ? [] : text.replace(/\n$/, '').split('\n').slice(-lastLines);
}

/** Oldest first. */
const samplePoints = (files: RunFiles, key: string): readonly Point[] => pointsOf(textOf(files, `samples/${key}.jsonl`));

/** Files that have come since the listing are shown at the next look. */
const textOf = (files: RunFiles, name: string): string => (files.names.includes(name) ? files.read(name).toString('utf8') : '');
