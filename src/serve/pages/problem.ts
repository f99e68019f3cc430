import type { Person } from '../identity/who.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { framed } from './layout.ts';

export interface ToldProblem {
  readonly status: number;
  readonly why: string;
  readonly hint?: string | undefined;
}

/** Why something was not done, and what to do next. */
export const problemPage = ({ status, why, hint }: ToldProblem, person?: Person): Html =>
  framed(
    { title: 'Not done', ...(person === undefined ? {} : { person }) },
    html`<main>
      <h1>Not done</h1>
      <div class="problem" role="alert">
        <pre>${why}</pre>
        ${hint === undefined ? undefined : html`<p>${hint}</p>`}
      </div>
      <p class="time">Status ${status}</p>
    </main>`,
  );
