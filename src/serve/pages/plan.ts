/** A plan before it is started: the inputs, what it would do, and the button that starts exactly this. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { isMapping, mappingOf, shownText, textOf } from '../../interpreter/plan/json.ts';
import type { Person } from '../identity/who.ts';
import type { Html, HtmlPart } from './html.ts';
import { html } from './html.ts';
import { csrfField, framed } from './layout.ts';

export interface PlanView {
  readonly person: Person;
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** As the runbook declares them. */
  readonly inputs: Json | undefined;
  readonly environments: readonly string[];
  readonly given: PlanWanted;
  readonly made: PlanMade;
}

export interface PlanWanted {
  readonly environment: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** `whyNot`: why this person cannot start it. */
export type PlanMade =
  | {
      readonly ok: true;
      readonly hash: string;
      readonly effects: readonly string[];
      readonly lines: readonly string[];
      readonly whyNot?: string;
    }
  | { readonly ok: false; readonly why: string; readonly hint?: string };

export const planPage = (page: PlanView): Html =>
  framed(
    { title: page.title, person: page.person },
    html`<main>
      <h1>${page.title}</h1>
      <p>${page.id}</p>
      ${page.summary === '' ? undefined : html`<p>${page.summary}</p>`}
      <form action="/runbooks/${page.id}">${environmentField(page)}${inputFields(page)}<button>Plan</button></form>
      ${made(page)}
    </main>`,
  );

const environmentField = ({ environments, given }: PlanView): HtmlPart =>
  environments.length > 0 &&
  html`<label
    >Environment
    <select name="environment">
      ${environments.map((name) => html`<option${name === given.environment ? html` selected` : undefined}>${name}</option>`)}
    </select></label
  >`;

const inputFields = ({ inputs, given }: PlanView): readonly Html[] =>
  Object.entries(mappingOf(inputs)).map(([name, declaration]) => {
    const own = isMapping(declaration) ? declaration : {};
    const fallback = own['default'] === undefined ? '' : shownText(own['default']);
    const about = textOf(own['description']) ?? textOf(own['title']) ?? textOf(own['type']) ?? '';
    return html`<label
      >${name} <span class="time">${about}</span>
      <input name="input.${name}" value="${given.inputs[name] ?? ''}" placeholder="${fallback}"
    /></label>`;
  });

function made({ made: plan, given, id, person }: PlanView): Html {
  if (!plan.ok)
    return html`<div class="problem">
      <pre>${plan.why}</pre>
      ${plan.hint === undefined ? undefined : html`<p>${plan.hint}</p>`}
    </div>`;
  return html`<h2>Plan</h2>
    <pre>${plan.effects.join('\n')}</pre>
    ${plan.whyNot === undefined ? start(plan.hash, given, id, person) : html`<p class="bad">You cannot start it: ${plan.whyNot}.</p>`}
    <details open>
      <summary>Every step</summary>
      <pre>${plan.lines.join('\n')}</pre>
    </details>`;
}

const start = (hash: string, { environment, inputs }: PlanWanted, id: string, { csrf }: Person): Html =>
  html`<form method="post" action="/runbooks/${id}/start">
    ${csrfField(csrf)}<input type="hidden" name="plan" value="${hash}" /><input
      type="hidden"
      name="environment"
      value="${environment}"
    />
    ${Object.entries(inputs).map(([name, value]) => html`<input type="hidden" name="input.${name}" value="${value}" />`)}
    <button class="yes">Start this plan <small>${hash}</small></button>
  </form>`;
