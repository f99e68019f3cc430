/** What an operator can do, as words: the palette of the screen, the lines of a plain terminal and the commands for scripts are the same words. */
import type { Control } from '../interpreter/core/model/event.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import { whyNot } from '../interpreter/core/decide/possible.ts';
import type { State } from '../interpreter/core/model/state.ts';
import { parseDuration } from '../interpreter/language/duration.ts';
import type { Act, TypedInput } from '../interpreter/link/protocol.ts';

/** One thing that can be done now. */
export interface Offer {
  readonly word: string;
  /** Key of the screen. */
  readonly key?: string;
  /** What follows the word. */
  readonly takes: string;
  readonly does: string;
}

export type Spoken = { readonly ok: true; readonly act: Act } | { readonly ok: false; readonly why: string };

/** What a control is made of. Each is text as it was given, whole and untouched. */
export type Field = 'step' | 'name' | 'value' | 'duration' | 'text' | 'reason';
export type Given = Readonly<Partial<Record<Field, string>>>;

interface Word extends Offer {
  /** In the order in which the palette takes them; the last one takes the rest of the line. */
  readonly fields: readonly Field[];
  readonly control: (given: Given, context: Context) => Control | string;
  /** Steps that it can be about now; undefined for what is about the whole run. */
  readonly steps?: (plan: Plan, state: Readonly<State>) => readonly string[];
}

interface Context {
  readonly plan: Plan;
  readonly state: Readonly<State>;
  readonly typeInput: (name: string, text: string) => TypedInput;
}

const words: readonly Word[] = [
  {
    word: 'pause',
    key: 'p',
    takes: '[REASON]',
    does: 'starts nothing new; what runs continues',
    fields: ['reason'],
    control: (given) => ({ is: 'pause', ...reasonIn(given) }),
  },
  {
    word: 'continue',
    key: 'c',
    takes: '[REASON]',
    does: 'continues after a pause, or one step in step mode',
    fields: ['reason'],
    control: (given) => ({ is: 'continue', ...reasonIn(given) }),
  },
  {
    word: 'step',
    key: 's',
    takes: '[REASON]',
    does: 'step mode on or off: each step waits for "continue"',
    fields: ['reason'],
    control: (given) => ({ is: 'stepMode', ...reasonIn(given) }),
  },
  {
    word: 'skip',
    takes: 'STEP REASON',
    does: 'leaves a step out, or ends it when it runs',
    fields: ['step', 'reason'],
    control: ({ step = '', reason }) => (isMissing(reason) ? missing('skip') : { is: 'skip', key: step, reason }),
    steps: (plan, state) => stepsFor(plan, state, (key) => ({ is: 'skip', key, reason: '-' })),
  },
  {
    word: 'retry',
    takes: 'STEP [REASON]',
    does: 'makes the next attempt now',
    fields: ['step', 'reason'],
    control: ({ step = '', reason }) => ({ is: 'retry', key: step, reason: isMissing(reason) ? 'asked for' : reason }),
    steps: (plan, state) => stepsFor(plan, state, (key) => ({ is: 'retry', key, reason: '-' })),
  },
  {
    word: 'extend',
    takes: 'STEP DURATION REASON',
    does: 'gives a wait, a step or a question more time',
    fields: ['step', 'duration', 'reason'],
    control: ({ step = '', duration = '', reason }) => {
      const by = parseDuration(duration);
      if (by === undefined) return `"${duration}" is not a duration; use for example 30s, 5m or 1h`;
      return isMissing(reason) ? missing('extend') : { is: 'extend', key: step, by, reason };
    },
    steps: (plan, state) => stepsFor(plan, state, (key) => ({ is: 'extend', key, by: 1, reason: '-' })),
  },
  {
    word: 'input',
    takes: 'NAME VALUE -- REASON',
    does: 'changes an input for the steps that have not started',
    fields: ['name', 'value', 'reason'],
    control: ({ name = '', value = '', reason }, context) => {
      if (isMissing(reason)) return missing('input');
      const typed = context.typeInput(name, value);
      return typed.ok ? { is: 'input', name, value: { json: typed.value }, reason } : typed.message;
    },
    steps: ({ inputs, secretInputs = {} }) => Object.keys(inputs).filter((name) => !Object.hasOwn(secretInputs, name)),
  },
  {
    word: 'note',
    key: 'n',
    takes: 'TEXT',
    does: 'writes a note into the record',
    fields: ['text'],
    control: (given) => ({ is: 'note', text: given.text ?? '', ...reasonIn(given) }),
  },
  {
    word: 'undo',
    takes: 'REASON',
    does: 'stops the run and takes its changes back',
    fields: ['reason'],
    control: ({ reason }) => (isMissing(reason) ? missing('undo') : { is: 'abort', undo: true, force: false, reason }),
  },
  {
    word: 'abort',
    takes: 'REASON',
    does: 'stops the run; finally steps still run',
    fields: ['reason'],
    control: ({ reason }) => (isMissing(reason) ? missing('abort') : { is: 'abort', undo: false, force: false, reason }),
  },
];

const isMissing = (text: string | undefined): text is undefined => text === undefined || text.trim() === '';

const missing = (word: string): string =>
  `a reason is missing: ${word} ${words.find((one) => one.word === word)?.takes ?? 'REASON'}`;

const reasonIn = ({ reason }: Given): { readonly reason?: string } => (isMissing(reason) ? {} : { reason });

const split = (text: string): [string, string] => {
  const [, first = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return [first, rest.trim()];
};

/** What a line of the palette gives to the fields of its word. A value may hold blanks, so its reason follows the last ` -- `. */
function given(fields: readonly Field[], line: string): Given {
  const [field, ...others] = fields;
  if (field === undefined) return {};
  if (others.length === 0) return { [field]: line };
  if (field === 'value') {
    const at = line.search(/\s--\s(?!.*\s--\s)/s);
    return at < 0 ? { value: line } : { value: line.slice(0, at).trimEnd(), ...given(others, line.slice(at + 4).trim()) };
  }
  const [first, rest] = split(line);
  return { [field]: first, ...given(others, rest) };
}

/** Steps for which a control would make a difference now, running ones first. */
function stepsFor(plan: Plan, state: Readonly<State>, control: (key: string) => Control): readonly string[] {
  const open = Object.keys(state.open);
  const later = plan.nodes.map((node) => node.key).filter((key) => state.instances[key] === undefined);
  return [...new Set([...open, ...later])].filter((key) => whyNot(plan, state, control(key)) === undefined);
}

/** Only what makes a difference now, in a fixed order. */
export function offers(plan: Plan, state: Readonly<State>): readonly Offer[] {
  return words.filter((word) => {
    if (state.phase === 'finished') return false;
    if (word.steps !== undefined) return word.steps(plan, state).length > 0;
    if (word.word === 'pause' || word.word === 'continue' || word.word === 'step') {
      const control = word.control({}, { plan, state, typeInput: () => ({ ok: false, message: '' }) });
      return typeof control !== 'string' && whyNot(plan, state, control) === undefined;
    }
    return word.word !== 'undo' || Object.values(state.instances).some((one) => one.undoState === 'registered');
  });
}

/** What can follow a word now: step ids or names of inputs. */
export const subjects = (word: string, plan: Plan, state: Readonly<State>): readonly string[] =>
  words.find((one) => one.word === word)?.steps?.(plan, state) ?? [];

/** A line such as `skip bookCheck the book is known`. The first word may be shortened as long as one word is meant. */
export function speak(line: string, context: Context): Spoken {
  const [first, rest] = split(line);
  if (first === '') return { ok: false, why: 'type a command, for example `skip STEP REASON`' };
  if (first === 'take') return { ok: true, act: { is: 'take' } };
  const exact = words.filter((one) => one.word === first);
  const found = exact.length > 0 ? exact : words.filter((one) => one.word.startsWith(first));
  const [only, another] = found;
  if (only === undefined) return { ok: false, why: `"${first}" is none of ${words.map((one) => one.word).join(', ')}` };
  if (another !== undefined) return { ok: false, why: `"${first}" may be ${found.map((one) => one.word).join(' or ')}` };
  return actOf(only.word, given(only.fields, rest), context);
}

/** The act for a word and what is given for its fields; nothing of it is read as a sentence. */
export function actOf(name: string, fields: Given, context: Context): Spoken {
  const control = words.find((one) => one.word === name)?.control(fields, context) ?? `there is no command "${name}"`;
  if (typeof control === 'string') return { ok: false, why: control };
  const why = whyNot(context.plan, context.state, control);
  return why === undefined ? { ok: true, act: { is: 'control', control } } : { ok: false, why };
}
