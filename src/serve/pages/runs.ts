/** Runs: those that ask first, then the newest; a page at a time. */
import type { RunListing } from '../../interpreter/store/run-directory.ts';
import type { Person } from '../identity/who.ts';
import type { Html, HtmlPart } from './html.ts';
import { html } from './html.ts';
import { framed } from './layout.ts';

/** Rows of each list. */
const shown = 50;

/** `before`: only what is older than this run. */
export function runsPage(person: Person, runs: readonly RunListing[], before?: string): Html {
  const newest = (before === undefined ? [...runs] : runs.filter(({ run }) => run < before)).reverse();
  const waiting = newest.filter(({ state }) => state === 'waiting');
  const rest = newest.filter(({ state }) => state !== 'waiting');
  return framed(
    { title: waiting.length === 0 ? 'Runs' : `${String(waiting.length)} waiting`, person },
    html`<main>
      <h1>Runs</h1>
      ${before !== undefined && html`<p><a class="button" href="/">Back to the newest</a></p>`}
      <section>
        <h2>Waiting for an answer</h2>
        ${list(waiting, 'Nothing waits.')}
      </section>
      <section>
        <h2>${before === undefined ? 'Newest' : 'Older'}</h2>
        ${list(rest, 'There are no runs.')}
      </section>
    </main>`,
  );
}

const list = (runs: readonly RunListing[], none: string): HtmlPart =>
  runs.length === 0
    ? html`<p>${none}</p>`
    : html`<ul class="rows">
          ${runs.slice(0, shown).map(row)}
        </ul>
        ${older(runs)}`;

const older = (runs: readonly RunListing[]): HtmlPart => {
  const last = runs[shown - 1];
  return (
    last !== undefined &&
    runs.length > shown &&
    html`<p><a class="button" href="/?before=${last.run}">${runs.length - shown} older</a></p>`
  );
};

const row = ({ run, runbook, state, outcome, operator, startedAt }: RunListing): Html =>
  html`<li>
    <a href="/runs/${run}"
      ><strong>${runbook}</strong> ${outcome ?? state}<br /><span class="time">${startedAt} by ${operator} · ${run}</span></a
    >
  </li> `;
