import type { Html } from './html.ts';
import { html } from './html.ts';
import { framed } from './layout.ts';

/** `next`: a path of this server. */
export const loginPage = (next: string, issuer: string | undefined): Html =>
  framed(
    { title: 'Sign in' },
    html`<main>
      <h1>Sign in</h1>
      ${issuer === undefined ? undefined : html`<p><a class="button" href="/login/oidc?next=${encodeURIComponent(next)}">Sign in with ${new URL(issuer).host}</a></p>`}
      <form method="post" action="/login">
        <input type="hidden" name="next" value="${next}" />
        <label>Your token <input type="password" name="token" autocomplete="current-password" required /></label>
        <button>Sign in</button>
      </form>
    </main>`,
  );
