/** Answers given beforehand (`--answer step=value`): refused before anything runs when no question of that step could take them. */
import { isTolerant } from '../interpreter/core/fold/policy.ts';
import type { Node, Plan } from '../interpreter/core/model/plan.ts';
import { initialState } from '../interpreter/core/model/initial.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import { stepOf } from '../interpreter/engine/operator.ts';
import { buildScope } from '../interpreter/language/scope.ts';
import type { Scope } from '../interpreter/language/scope-type.ts';
import { suggestion } from '../interpreter/language/suggest.ts';
import { renderTree } from '../interpreter/language/template/template.ts';
import { typeFormText } from '../interpreter/plan/form.ts';
import { usage } from '../console/exit-codes.ts';
import type { AnswerOptions } from '../console/options.ts';
import { namedPairs } from '../console/pairs.ts';

/** Step -> text. Throws CommandError (2) with every answer that cannot count. */
export function answersOf(options: AnswerOptions, plan: Plan): Readonly<Record<string, string>> {
  const answers = namedPairs('--answer', 'step=value', options.answer ?? []);
  const scope = buildScope(plan, initialState(plan), '', { nowMs: 0 });
  const wrong = Object.entries(answers).flatMap(([name, text]) => {
    const why = whyWrong(plan, name, text, scope);
    return why === undefined ? [] : [`--answer ${name}: ${why}`];
  });
  if (wrong.length > 0) throw usage(wrong.join('\nrunbook: '), `\`runbook plan ${plan.runbook.id}\` shows the steps`);
  return answers;
}

function whyWrong(plan: Plan, name: string, text: string, scope: Scope): string | undefined {
  const step = stepOf(name);
  const owner = step.endsWith('~undo') ? step.slice(0, -'~undo'.length) : undefined;
  const node = plan.nodes.find(({ key }) => key === name || key === step || key === owner);
  if (node === undefined) {
    const hint = suggestion(
      name,
      plan.nodes.map(({ key }) => key),
    );
    return `there is no such step${hint === undefined ? '' : ` (${hint})`}`;
  }
  const refusals = (node.key === owner ? undoQuestions(node) : questionsOf(node, scope)).map((takes) => takes(text));
  if (refusals.length === 0) return 'the step asks nothing';
  return refusals.some((one) => one === undefined) ? undefined : refusals.join('; or ');
}

/** What one question of a step says to a text: undefined when it takes it, or when that is only known once it is asked. */
type Takes = (text: string) => string | undefined;

function questionsOf(node: Node, scope: Scope): readonly Takes[] {
  const { has, program } = node;
  const typed = program.confirm?.typed;
  return [
    ...(has.offer || has.approve || (has.confirm && typed === undefined) ? [oneOf(['yes', 'no'])] : []),
    ...(has.confirm && typed !== undefined ? [exactly(rendered(typed, scope))] : []),
    ...(node.kind === 'ask' ? [work(node, scope)] : []),
    ...(node.onFailure === 'ask' && !isTolerant(node) ? [oneOf(['retry', 'skip', 'undo', 'abort'])] : []),
    ...undoQuestions(node),
    ...(node.effect === 'read' || node.kind !== 'effect' ? [] : [oneOf(['done', 'not-done', 'abort'])]),
  ];
}

/** What is put back may have been changed by somebody else. */
const undoQuestions = ({ has, captures, restores }: Node): readonly Takes[] =>
  has.undo === 'restore' || captures === true || restores === true ? [oneOf(['keep', 'overwrite', 'stop'])] : [];

function work({ program }: Node, scope: Scope): Takes {
  if (program.choose !== undefined)
    return program.choose.from === undefined ? oneOf(program.choose.options.map(({ name }) => name)) : () => undefined;
  const params = rendered(program.params, scope);
  // Fields that read results are known only when they are asked for.
  if (params === undefined) return () => undefined;
  const fields = params !== null && typeof params === 'object' ? (params as Readonly<Record<string, Json>>)['fields'] : undefined;
  if (fields === undefined) return oneOf(['done', 'not-done']);
  return (text) => {
    const typed = typeFormText(fields, text);
    return typed.ok ? undefined : typed.why;
  };
}

const oneOf =
  (options: readonly string[]): Takes =>
  (text) => {
    if (options.includes(text)) return undefined;
    return `unknown answer "${text}"; options: ${options.join(', ')}`;
  };

/** The text to type agrees, `no` declines. */
const exactly =
  (expected: Json | undefined): Takes =>
  (text) => {
    if (typeof expected !== 'string' || text === expected || text === 'no') return undefined;
    return `"${text}" is not the text to type, ${expected}, and not no`;
  };

/** Undefined: it reads what only the run knows. */
function rendered(tree: Node['program']['params'], scope: Scope): Json | undefined {
  const made = renderTree(tree, scope);
  return made.ok ? made.json : undefined;
}
