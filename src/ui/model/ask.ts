/** A question in words: what is asked, what is known about it, and the keys that answer it. Pure. */
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { durationText } from '../format.ts';
import { asideOf, followsOf } from './follows.ts';

export interface Option {
  /** The key that chooses it. */
  readonly key: string;
  readonly name: string;
  /** What follows; empty when nothing is to be told. */
  readonly follows: string;
  readonly suggested: boolean;
}

export interface AskedNow {
  readonly title: string;
  /** Whole texts, with their line breaks. */
  readonly facts: readonly string[];
  readonly options: readonly Option[];
}

export function askedOf(plan: Plan, state: Readonly<State>, question: OpenQuestion, now: number): AskedNow {
  const { show } = question;
  const follows = followsOf(plan, state, question);
  const left = question.expires === undefined ? '' : ` (${durationText(Math.max(0, question.expires - now))} left)`;
  return {
    title: `${question.key}: ${show.message ?? show.title}${left}`,
    facts: factsOf(plan, state, question),
    options: question.options.map((name, index) => ({
      key: keyOf(question, index),
      name,
      follows: follows[name] ?? '',
      suggested: show.suggested === name,
    })),
  };
}

/** Options of the program have letters of their own, the same in every question; those of an author have numbers. */
function keyOf({ ask, options }: OpenQuestion, index: number): string {
  const name = options[index] ?? '';
  return ask === 'choice' ? String(index + 1) : name.slice(0, 1);
}

/** The option that a key chooses; a number always counts. */
export function optionFor(asked: AskedNow, input: string): string | undefined {
  const pressed = input.toLowerCase();
  return asked.options.find((one, index) => one.key === pressed || String(index + 1) === pressed)?.name;
}

function factsOf(plan: Plan, state: Readonly<State>, question: OpenQuestion): readonly string[] {
  const { show } = question;
  const instance = state.instances[question.key];
  const node = instance === undefined ? undefined : plan.nodes[instance.node];
  const target = show.target === undefined ? '' : ` on ${show.target}`;
  const effect = show.effect === undefined ? '' : `${show.effect === 'read' ? 'read' : show.effect.toUpperCase()}${target}`;
  const sends = show.describe ?? (question.ask === 'failure' || question.ask === 'doubt' ? instance?.show?.describe : undefined);
  const again = question.ask === 'failure' && instance !== undefined && instance.n > 0;
  return [
    ...(show.message === undefined || [show.message, question.key].includes(show.title) ? [] : [`step: ${show.title}`]),
    ...(again ? [`attempt ${String(instance.n)}${hintOf(instance.fault?.hint)}`] : []),
    ...(show.note === undefined ? [] : [show.note]),
    ...(effect === '' ? [] : [`effect: ${effect}${undoOf(node?.has.undo)}`]),
    ...(sends === undefined
      ? []
      : [`${question.ask === 'failure' || question.ask === 'doubt' ? 'sent' : 'will send'}: ${sends}`]),
    // Some steps can only tell again what they will send.
    ...(show.diff === undefined || (sends !== undefined && show.diff.trimEnd().endsWith(sends))
      ? []
      : [`changes: ${show.diff.trimEnd()}`]),
    ...asideOf(question),
    ...(question.from === undefined || question.from.length === 0 ? [] : [`by somebody of: ${question.from.join(', ')}`]),
  ];
}

const hintOf = (hint: string | undefined): string => (hint === undefined ? '' : `; ${hint}`);

const undoOf = (undo: 'none' | 'restore' | 'steps' | undefined): string =>
  undo === undefined ? '' : undo === 'none' ? '; cannot be undone' : '; can be undone';
