/** One question as a person on a phone sees it: everything that the answer is about, then the answers. */
import { changesLeft } from '../../interpreter/core/fold/changes.ts';
import type { Node } from '../../interpreter/core/model/plan.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { whyNoApprovalOf, whyNoConsent } from '../../interpreter/engine/approval.ts';
import type { Roles } from '../../interpreter/engine/approval.ts';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { fieldNames, fieldWords } from '../../interpreter/plan/form.ts';
import { actorText, durationText } from '../../ui/format.ts';
import { asideOf, followsOf } from '../../ui/model/follows.ts';
import { wantsReason } from '../../ui/questions.ts';
import type { Person } from '../identity/who.ts';
import type { RunSeen } from '../live/hub.ts';
import type { Html, HtmlPart } from './html.ts';
import { html } from './html.ts';
import { csrfField, factList } from './layout.ts';

export interface QuestionShown {
  readonly seen: RunSeen;
  readonly question: OpenQuestion;
  readonly person: Person;
  readonly roles: Roles;
}

export function questionForm(asked: QuestionShown): Html {
  const { seen, question } = asked;
  const { show } = question;
  const grave = show.effect === 'destructive' ? ' destructive' : '';
  return html`<article class="ask${grave}" id="ask-${question.id}">
    <h2>${show.message ?? show.title}</h2>
    ${factList([
      ['Step', `${question.key}${show.message === undefined || show.title === question.key ? '' : `: ${show.title}`}`],
      ['Effect', effectText(question)],
      ['What is wrong', wrongText(asked)],
      ['Undo', undoText(nodeOf(asked))],
      ['Asked by', seen.state.operator === undefined ? undefined : actorText(seen.state.operator)],
      ['Who may agree', question.ask === 'approve' ? approversText(asked) : 'a person'],
      ['Expires', expiryText(asked)],
    ])}
    ${block('Will be sent', show.describe)} ${block('Preview', show.diff)} ${block('Note', show.note)}
    ${asideOf(question).map((line) => html`<p>${line}</p>`)} ${answers(asked)}
  </article>`;
}

const block = (title: string, body: string | undefined): HtmlPart =>
  body !== undefined &&
  body.trim() !== '' &&
  html`<h3>${title}</h3>
    <pre>${body.trimEnd()}</pre>`;

const nodeOf = ({ seen, question }: QuestionShown): Node | undefined => {
  const instance = seen.state.instances[question.key];
  return instance === undefined ? undefined : seen.plan.nodes[instance.node];
};

const effectText = ({ show }: OpenQuestion): string =>
  show.effect === undefined
    ? ''
    : `${show.effect === 'read' ? 'read' : show.effect.toUpperCase()}${show.target === undefined ? '' : ` on ${show.target}`}`;

/** What failed here, else what the run is about and what it has left changed. */
function wrongText({ seen: { plan, state }, question }: QuestionShown): string {
  const fault = state.instances[question.key]?.fault;
  const left = changesLeft(plan, state).map(({ key }) => key);
  return [
    fault === undefined ? (plan.runbook.summary ?? plan.runbook.title) : `${fault.message} [${fault.code}]`,
    ...(left.length === 0 ? [] : [`changed so far: ${left.join(', ')}`]),
  ].join('. ');
}

function undoText(node: Node | undefined): string {
  if (node === undefined || node.effect === 'read') return '';
  if (node.has.undo === 'none') return 'it cannot be undone';
  return node.has.undo === 'restore' ? 'it puts back what it found' : 'by steps of its own';
}

function approversText({ seen, question: { from = [] }, roles }: QuestionShown): string {
  const starter = seen.state.operator?.name;
  const others = starter === undefined ? 'anybody' : `anybody other than ${starter}`;
  if (from.length === 0) return others;
  return `${others} of ${from.map((role) => (roles[role] === undefined ? role : `${role} (${roles[role].join(', ')})`)).join(' or ')}`;
}

function expiryText({ seen, question }: QuestionShown): string {
  const opened = Date.parse(seen.records[0]?.wall ?? '');
  if (question.expires === undefined || Number.isNaN(opened)) return 'waits until somebody answers';
  const left = Math.max(0, question.expires - seen.state.t);
  return `${new Date(opened + question.expires).toISOString()} (${durationText(left)} when the run last moved)`;
}

/** What has to be typed to agree: what the author asks for, else the target of what destroys. */
export function typedFor({ ask, show, key }: OpenQuestion): string | undefined {
  if (ask === 'typed') return show.typed;
  const agrees = ask === 'approve' || ask === 'confirm' || ask === 'offer';
  return agrees && show.effect === 'destructive' ? (show.target ?? key) : undefined;
}

/** Why this person cannot agree; undefined: nothing that is known before the answer speaks against it. */
export function whyNotThis({ seen, question, person, roles }: QuestionShown): string | undefined {
  const approval = { by: person.actor, verdict: 'yes', reason: 'not given yet' };
  return whyNoConsent(question.ask, approval) ?? whyNoApprovalOf(seen.plan, seen.state, question, approval, roles);
}

function answers(asked: QuestionShown): Html {
  const { seen, question, person } = asked;
  const why = whyNotThis(asked);
  const follows = followsOf(seen.plan, seen.state, question);
  const options = question.ask === 'input' ? ['answered'] : question.options;
  const typed = typedFor(question);
  return html`<form method="post" action="/runs/${seen.run}/answer">
    ${csrfField(person.csrf)}
    <input type="hidden" name="question" value="${question.id}" />
    <input type="hidden" name="shown" value="${question.shown}" />
    ${why === undefined ? undefined : html`<p class="bad">You cannot agree: ${why}.</p>`}
    ${question.ask === 'input' && inputs(question.show.fields)}
    ${typed !== undefined && why === undefined && html`<label>Type <code>${typed}</code> to agree <input name="typed" autocomplete="off" autocapitalize="off" spellcheck="false" /></label>`}
    ${reasonField(question)}
    ${options.map((option) => (option !== 'yes' || why === undefined ? button(option, follows[option]) : undefined))}
  </form>`;
}

const inputs = (fields: Json | undefined): readonly Html[] =>
  fieldNames(fields).map((name) => html`<label>${fieldWords(fields, name)} <input name="field.${name}" /></label>`);

const reasonField = (question: OpenQuestion): Html => {
  const wanted = question.options.some((option) => wantsReason(question, option));
  return html`<label>Reason${wanted ? undefined : ' (may stay empty)'} <input name="reason" /></label>`;
};

const tones: Readonly<Record<string, string>> = { yes: 'yes', done: 'yes', no: 'no', abort: 'no', undo: 'no' };

const button = (option: string, follows: string | undefined): Html =>
  html`<button name="verdict" value="${option}" class="${tones[option] ?? ''}">
    ${option}${follows === undefined ? undefined : html` <small>${follows}</small>`}
  </button>`;
