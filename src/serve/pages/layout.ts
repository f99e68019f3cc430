/** The frame of every page. Readable without script; the one script only keeps a live page live. */
import type { Person } from '../identity/who.ts';
import type { Html, HtmlPart } from './html.ts';
import { html } from './html.ts';

export interface Frame {
  readonly title: string;
  readonly person?: Person;
  /** Where the script hears of changes; absent: the page does not change. */
  readonly live?: string;
}

export const framed = ({ title, person, live }: Frame, ...body: readonly HtmlPart[]): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/serve.css">
<script src="/static/serve.js" defer></script>
<title>${title}</title>
</head>
<body${live === undefined ? undefined : html` data-live="${live}"`}>
<nav>
<a href="/">Runs</a> <a href="/runbooks">Runbooks</a>${person === undefined ? undefined : signedIn(person)}
</nav>
${body}
</body>
</html>
`;

const signedIn = ({ actor, csrf }: Person): Html =>
  html` <span class="who"
    >${actor.name}${csrf === undefined ? undefined : html` <form method="post" action="/logout">${csrfField(csrf)}<button class="link">sign out</button></form>`}</span
  >`;

export const csrfField = (csrf: string | undefined): HtmlPart =>
  csrf !== undefined && html`<input type="hidden" name="csrf" value="${csrf}" />`;

/** Names and texts; those without a text are left out. */
export const factList = (rows: readonly (readonly [string, HtmlPart])[]): Html =>
  html`<dl>
    ${rows.map(([name, text]) =>
      text === undefined || text === '' || text === false
        ? undefined
        : html`<dt>${name}</dt>
            <dd>${text}</dd> `,
    )}
  </dl>`;
