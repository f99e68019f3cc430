/** The catalogue, searched by words. */
import type { CatalogueEntry } from '../../agents/tools/catalogue.ts';
import type { Person } from '../identity/who.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { framed } from './layout.ts';

export const runbooksPage = (person: Person, search: string, found: readonly CatalogueEntry[], of: number): Html =>
  framed(
    { title: 'Runbooks', person },
    html`<main>
      <h1>Runbooks</h1>
      <form action="/runbooks" role="search">
        <label>Words of id, title, summary or alert <input type="search" name="q" value="${search}" /></label
        ><button>Search</button>
      </form>
      <p>${found.length} of ${of}</p>
      <ul class="rows">
        ${found.map(
          ({ id, severity, title, alerts }) =>
            html`<li>
              <a href="/runbooks/${id}"
                ><strong>${id}</strong> ${severity}
                <br />${title}${alerts.length === 0 ? undefined : html`<br /><span class="time">${alerts.join(', ')}</span>`}</a
              >
            </li> `,
        )}
      </ul>
    </main>`,
  );
