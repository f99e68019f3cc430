/** All runs: those that ask first, then the newest. */
import type { RunListing } from '../../interpreter/store/run-directory.ts';
import type { Person } from '../identity/who.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { framed } from './layout.ts';

const shown = 50;

export function runsPage(person: Person, runs: readonly RunListing[]): Html {
  const newest = [...runs].reverse();
  const waiting = newest.filter(({ state }) => state === 'waiting');
  const rest = newest.filter(({ state }) => state !== 'waiting').slice(0, shown);
  return framed(
    { title: waiting.length === 0 ? 'Runs' : `${String(waiting.length)} waiting`, person },
    html`<main>
      <h1>Runs</h1>
      <section>
        <h2>Waiting for an answer</h2>
        ${list(waiting, 'Nothing waits.')}
      </section>
      <section>
        <h2>Newest</h2>
        ${list(rest, 'There are no runs.')}
      </section>
    </main>`,
  );
}

const list = (runs: readonly RunListing[], none: string): Html =>
  runs.length === 0
    ? html`<p>${none}</p>`
    : html`<ul class="rows">
        ${runs.map(row)}
      </ul>`;

const row = ({ run, runbook, state, outcome, operator, startedAt }: RunListing): Html =>
  html`<li>
    <a href="/runs/${run}"
      ><strong>${runbook}</strong> ${outcome ?? state}<br /><span class="time">${startedAt} by ${operator} · ${run}</span></a
    >
  </li> `;
