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

interface Word extends Offer {
  readonly control: (rest: string, context: Context) => Control | string;
  /** Steps that it can be about now; undefined for what is about the whole run. */
  readonly steps?: (plan: Plan, state: Readonly<State>) => readonly string[];
}

interface Context {
  readonly plan: Plan;
  readonly state: Readonly<State>;
  readonly typeInput: (name: string, text: string) => TypedInput;
}

const words: readonly Word[] = [
  { word: 'pause', key: 'p', takes: '', does: 'starts nothing new; what runs goes on', control: () => ({ is: 'pause' }) },
  {
    word: 'continue',
    key: 'c',
    takes: '',
    does: 'goes on after a pause, or one step in step mode',
    control: () => ({ is: 'continue' }),
  },
  {
    word: 'step',
    key: 's',
    takes: '',
    does: 'step mode on or off: each step waits for "continue"',
    control: () => ({ is: 'stepMode' }),
  },
  {
    word: 'skip',
    takes: 'STEP REASON',
    does: 'leaves a step out, or ends it when it runs',
    control: (rest) => withReason(rest, (key, reason) => ({ is: 'skip', key, reason })),
    steps: (plan, state) => stepsFor(plan, state, (key) => ({ is: 'skip', key, reason: '-' })),
  },
  {
    word: 'retry',
    takes: 'STEP [REASON]',
    does: 'makes the next attempt now',
    control: (rest) => {
      const [key = '', reason] = split(rest);
      return { is: 'retry', key, reason: reason === '' ? 'asked for' : reason };
    },
    steps: (plan, state) => stepsFor(plan, state, (key) => ({ is: 'retry', key, reason: '-' })),
  },
  {
    word: 'extend',
    takes: 'STEP DURATION REASON',
    does: 'gives a wait, a step or a question more time',
    control: (rest) => {
      const [key = '', more] = split(rest);
      const [duration = '', reason] = split(more);
      const by = parseDuration(duration);
      if (by === undefined) return `"${duration}" is no duration: 30s, 5m, 1h`;
      return reason === '' ? 'a reason is missing: extend STEP DURATION REASON' : { is: 'extend', key, by, reason };
    },
    steps: (plan, state) => stepsFor(plan, state, (key) => ({ is: 'extend', key, by: 1, reason: '-' })),
  },
  {
    word: 'input',
    takes: 'NAME VALUE, then a reason after " -- "',
    does: 'changes an input for the steps that have not started',
    control: (rest, context) => {
      const [name = '', text] = split(rest);
      const [value = '', reason = ''] = text.split(/\s+--\s+/);
      if (reason.trim() === '') return 'a reason is missing: input NAME VALUE -- REASON';
      const typed = context.typeInput(name, value);
      return typed.ok ? { is: 'input', name, value: { json: typed.value }, reason } : typed.message;
    },
    steps: (plan) => Object.keys(plan.inputs),
  },
  { word: 'note', key: 'n', takes: 'TEXT', does: 'writes a note into the record', control: (text) => ({ is: 'note', text }) },
  {
    word: 'undo',
    takes: 'REASON',
    does: 'stops the run and takes its changes back',
    control: (reason) => (reason === '' ? 'a reason is missing: undo REASON' : { is: 'abort', undo: true, force: false, reason }),
  },
  {
    word: 'abort',
    takes: 'REASON',
    does: 'stops the run; finally steps still run',
    control: (reason) =>
      reason === '' ? 'a reason is missing: abort REASON' : { is: 'abort', undo: false, force: false, reason },
  },
];

const split = (text: string): [string, string] => {
  const [, first = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return [first, rest.trim()];
};

function withReason(rest: string, make: (key: string, reason: string) => Control): Control | string {
  const [key, reason] = split(rest);
  if (key === '') return 'which step?';
  return reason === '' ? `a reason is missing: ${key} REASON` : make(key, reason);
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
      const control = word.control('', { plan, state, typeInput: () => ({ ok: false, message: '' }) });
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
  if (first === '') return { ok: false, why: 'nothing was said' };
  if (first === 'take') return { ok: true, act: { is: 'take' } };
  const exact = words.filter((one) => one.word === first);
  const found = exact.length > 0 ? exact : words.filter((one) => one.word.startsWith(first));
  const [only, another] = found;
  if (only === undefined) return { ok: false, why: `"${first}" is none of ${words.map((one) => one.word).join(', ')}` };
  if (another !== undefined) return { ok: false, why: `"${first}" may be ${found.map((one) => one.word).join(' or ')}` };
  const control = only.control(rest, context);
  if (typeof control === 'string') return { ok: false, why: control };
  const why = whyNot(context.plan, context.state, control);
  return why === undefined ? { ok: true, act: { is: 'control', control } } : { ok: false, why };
}
