/** One step of the page: what to do, when, and what follows when it does not work. */
import { stringify } from 'yaml';
import type { Json } from '../interpreter/core/model/value.ts';
import { inWords, valueInWords } from '../interpreter/language/cel/in-words.ts';
import { listIn, mapIn, textIn } from '../interpreter/port/command-line.ts';
import type { OnPaper } from './on-paper.ts';

type Mapping = Readonly<Record<string, Json>>;

export interface Around {
  readonly paper: OnPaper;
  readonly inputs: Mapping;
  /** What follows in this section when a condition does not hold and the step itself does not say. */
  readonly otherwise: string;
}

export const failureText = (policy: Json): string =>
  ({
    abort: 'stop.',
    continue: 'note it and continue.',
    undo: 'stop, and undo what was changed, last change first.',
    ask: 'decide: try again, skip the step, undo what was changed, or stop.',
  })[textIn(policy)] ?? `${textIn(policy)}.`;

/** Keys that are told in words of their own; the rest belongs to the step type and is printed as sent. */
const told = new Set([
  ...['id', 'title', 'note', 'type', 'target', 'steps', 'then', 'when', 'forEach', 'as', 'confirm', 'approve', 'expect', 'until'],
  ...[
    'for',
    'timeout',
    'every',
    'abortWhen',
    'undo',
    'onFailure',
    'repeatable',
    'effect',
    'at',
    'retry',
    'value',
    'critical',
    'lint',
    'of',
  ],
]);

export function stepLines(json: Json, number: string, indent: string, around: Around): readonly string[] {
  const step = mapIn(json);
  const inner = `${indent}   `;
  const lines = [...gateLines(step, around), ...actionLines(json, step, around), ...outcomeLines(step, around)];
  return [
    `${indent}${number} **${nameOf(json, step, around)}**${markOf(json, step, around)}`,
    ...lines.map((line) => inner + line),
    ...childLines([...listIn(step['steps']), ...listIn(step['then'])], inner, around),
    ...undoLines(step, inner, around),
  ];
}

/** By its title, or by what it does. */
function nameOf(json: Json, step: Mapping, { paper, inputs }: Around): string {
  const { expect } = step;
  const checked = step['type'] === undefined || paper.get(json)?.command !== undefined ? undefined : expect;
  const words = typeof checked === 'string' ? inWords(checked, inputs) : undefined;
  const does = paper.get(json)?.does ?? (words === undefined ? undefined : `Check that ${words}`);
  const named = step['title'] ?? does ?? step['id'] ?? step['type'];
  if (named !== undefined) return textIn(named);
  return step['to'] === undefined ? 'Step' : `Tell ${textIn(step['to'])}`;
}

function markOf(json: Json, step: Mapping, { paper }: Around): string {
  const effect = paper.get(json)?.effect;
  const marks = [
    ...(step['id'] === undefined ? [] : [`\`${textIn(step['id'])}\``]),
    ...(effect === undefined || effect === 'read' ? [] : [effect === 'write' ? 'changes something' : 'DESTRUCTIVE']),
  ];
  return marks.length === 0 ? '' : ` (${marks.join(', ')})`;
}

/** What comes before the step itself. */
function gateLines(step: Mapping, around: Around): readonly string[] {
  const { when, forEach, confirm, approve, note, at, every } = step;
  const { from, min } = mapIn(approve);
  return [
    ...(note === undefined ? [] : textIn(note).trimEnd().split('\n')),
    ...(at === undefined ? [] : [`When: ${listIn(at).map(textIn).join(', ')}.`]),
    ...(every === undefined || step['until'] !== undefined ? [] : [`Every ${textIn(every)}.`]),
    ...(when === undefined ? [] : [`Only when ${condition(when, around)}.`]),
    ...(forEach === undefined
      ? []
      : [`Do this for each item of ${list(forEach, around)}; \`{{${textIn(step['as'] ?? 'item')}}}\` stands for it.`]),
    ...(confirm === undefined || confirm === false ? [] : [confirmText(confirm)]),
    ...(approve === undefined
      ? []
      : [`Wait for the approval of ${textIn(min ?? 1)} of: ${listIn(from).map(textIn).join(', ') || textIn(approve)}.`]),
  ];
}

function confirmText(confirm: Json): string {
  if (typeof confirm !== 'object') return confirm === true ? 'Ask first.' : `Ask first: ${textIn(confirm)}`;
  const { message, typed } = mapIn(confirm);
  const words = message === undefined ? 'Ask first.' : `Ask first: ${textIn(message)}`;
  return typed === undefined ? words : `${words} (whoever agrees types \`${textIn(typed)}\`)`;
}

/** The command where there is one, else the step's own keys. */
function actionLines(json: Json, step: Mapping, { paper }: Around): readonly string[] {
  const command = paper.get(json)?.command;
  if (command !== undefined) return ['```sh', ...command.split('\n'), '```'];
  const own = Object.fromEntries(Object.entries(step).filter(([key]) => !told.has(key)));
  if (Object.keys(own).length === 0) return [];
  return ['```yaml', ...stringify(own, { lineWidth: 110 }).trimEnd().split('\n'), '```'];
}

/** What must be true afterwards, and what to do when it is not. */
function outcomeLines(step: Mapping, around: Around): readonly string[] {
  const { expect, until, timeout, abortWhen, onFailure } = step;
  const otherwise = onFailure === undefined ? around.otherwise : failureText(onFailure);
  const conditions = expect === undefined ? [] : Array.isArray(expect) ? (expect as readonly Json[]) : [expect];
  const lasting = step['for'] === undefined ? '' : ` for ${textIn(step['for'])} without a break`;
  const limit = timeout === undefined ? '' : `, at most ${textIn(timeout)}`;
  return [
    ...(typeof step['value'] === 'string' ? [`Take as the value: \`${step['value']}\`.`] : []),
    ...conditions.map((one) => `Must hold: ${condition(one, around)}.`),
    ...(until === undefined ? [] : [`Wait until ${condition(until, around)}${lasting}${limit}.`]),
    ...(abortWhen === undefined ? [] : [`Give up as soon as ${condition(abortWhen, around)}.`]),
    ...(conditions.length === 0 && until === undefined ? [] : [`If not: ${otherwise}`]),
  ];
}

/** In words, with the condition as written behind. */
function condition(source: Json, { inputs }: Around): string {
  const words = typeof source === 'string' ? inWords(source, inputs) : undefined;
  return words === undefined ? `\`${textIn(source)}\`` : `${words} (\`${textIn(source)}\`)`;
}
const list = (source: Json, { inputs }: Around): string =>
  typeof source === 'string' ? valueInWords(source, inputs) : `\`${textIn(source)}\``;

const childLines = (children: readonly Json[], indent: string, around: Around): readonly string[] =>
  children.flatMap((child, index) => stepLines(child, `${String(index + 1)}.`, indent, around));

function undoLines(step: Mapping, inner: string, around: Around): readonly string[] {
  const { undo } = step;
  if (undo === undefined) return [];
  if (Array.isArray(undo)) return [`${inner}To take it back:`, ...childLines(undo as readonly Json[], inner, around)];
  const words: Readonly<Record<string, string>> = {
    none: 'Stays changed: nothing takes it back.',
    restore: 'Note down what is there before; to take it back, put that back.',
  };
  return [`${inner}${words[textIn(undo)] ?? `To take it back: ${textIn(undo)}`}`];
}
