/** What follows from each answer to a question, and what stays changed: nobody should have to know the runbook by heart. Pure. */
import { changesLeft } from '../../interpreter/core/fold/changes.ts';
import { isTolerant } from '../../interpreter/core/fold/policy.ts';
import type { Node, Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { namesOf } from './changes.ts';

export type Follows = Readonly<Record<string, string>>;

/** By option. Questions after a failure, in doubt and of `choose` carry theirs in the record. */
export function followsOf(plan: Plan, state: Readonly<State>, question: OpenQuestion): Follows {
  const told = toldIn(question);
  const instance = state.instances[question.key];
  const node = instance === undefined ? undefined : plan.nodes[instance.node];
  if (node === undefined || question.lane === 'postmortem') return told;
  const next = nextOf(plan, node);
  const list = instance?.items === undefined ? '' : ` for ${String(instance.items)} items`;
  const work = { confirm: true, typed: true, offer: true, approve: true }[question.ask as string] === true;
  return {
    ...(work ? { yes: `do it${list}; then ${next}` } : {}),
    no: question.ask === 'offer' ? `leave this step out; then ${next}` : afterFailure(plan, state, node, 'refusal'),
    ...(question.ask === 'manual'
      ? { done: `continue; then ${next}`, 'not-done': afterFailure(plan, state, node, 'failure') }
      : {}),
    ...(question.ask === 'input' ? { answered: `continue; then ${next}` } : {}),
    ...told,
  };
}

/** One line for each option of which something is to be told. */
export const followsLines = ({ options }: OpenQuestion, follows: Follows): readonly string[] =>
  options.flatMap((option) => (follows[option] === undefined ? [] : [`${option}: ${follows[option]}`]));

/** Answers that leave the work half done: with something changed they take a second key. */
export function isGrave(plan: Plan, state: Readonly<State>, question: OpenQuestion, option: string): boolean {
  if (question.lane === 'postmortem' || question.ask === 'offer' || question.ask === 'choice') return false;
  return ['no', 'not-done', 'abort', 'undo', 'overwrite', 'stop'].includes(option) && changesLeft(plan, state).length > 0;
}

/** Lines of the record that begin with the name of an option. */
const toldIn = ({ options, show }: OpenQuestion): Follows =>
  Object.fromEntries(
    options.flatMap((option) => {
      const line = show.about?.find((one) => one.startsWith(`${option}: `));
      return line === undefined ? [] : [[option, line.slice(option.length + 2)]];
    }),
  );

/** What is to be known beside the options. */
export const asideOf = ({ options, show }: OpenQuestion): readonly string[] =>
  (show.about ?? []).filter((line) => !options.some((option) => line.startsWith(`${option}: `)));

/** A refusal before anything has changed ends the run, whatever the policy of the step is. */
function afterFailure(plan: Plan, state: Readonly<State>, node: Node, how: 'refusal' | 'failure'): string {
  const left = changesLeft(plan, state);
  if (node.lane === 'precondition') return 'end the run before its first step';
  if (isTolerant(node)) return `record it; then ${nextOf(plan, node)}`;
  if (how === 'refusal' && left.length === 0) return 'end the run; nothing is changed';
  const kept = left.filter((one) => one.undo !== 'possible');
  switch (node.onFailure) {
    case 'ask':
      return 'you are asked what now';
    case 'continue':
      return `record a failure; then ${nextOf(plan, node)}`;
    case 'undo':
      return `end the run and take back ${names(left.filter((one) => one.undo === 'possible'))}; stays changed: ${names(kept)}`;
    case 'abort':
      return `end the run; stays changed: ${names(left)}`;
  }
}

const names = (changes: ReturnType<typeof changesLeft>): string =>
  changes.length === 0 ? 'nothing' : namesOf(changes, (one) => (isPerhaps(changes, one) ? ' (perhaps)' : '')).join(', ');

const isPerhaps = (changes: ReturnType<typeof changesLeft>, key: string): boolean =>
  changes.some((one) => one.key === key && one.changed === 'perhaps');

/** Where the run is when this step has ended well. */
export function nextOf(plan: Plan, node: Node): string {
  const next = plan.nodes.find((one) => one.after.includes(node.key) && one.parent === node.parent && one.lane === node.lane);
  if (next !== undefined) return `${next.title}${next.effect === 'read' ? '' : ` (${next.effect})`}`;
  const parent = node.parent === undefined ? undefined : plan.nodes.find((one) => one.key === node.parent);
  return parent === undefined ? sectionAfter(plan, node) : nextOf(plan, parent);
}

const sections = [
  ['precondition', 'the preconditions'],
  ['evidence', 'evidence'],
  ['containment', 'containment'],
  ['diagnosis', 'the diagnosis'],
  ['main', 'the steps'],
  ['validation', 'the validations'],
  ['finally', 'finally'],
] as const;

function sectionAfter(plan: Plan, node: Node): string {
  const at = sections.findIndex(([lane]) => lane === node.lane);
  const next = at < 0 ? undefined : sections.slice(at + 1).find(([lane]) => plan.nodes.some((one) => one.lane === lane));
  return next?.[1] ?? 'the end of the run';
}
