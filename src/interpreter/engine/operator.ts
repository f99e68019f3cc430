/** The operator port: the only way into a run. Questions go out, answers and controls come in; who said it is always recorded. */
import type { Control, Question, Shown } from '../core/event.ts';
import type { Lane } from '../core/plan.ts';
import type { Actor, Key, Ms, Sha, Value } from '../core/value.ts';

export interface OpenQuestion {
  readonly id: string;
  readonly key: Key;
  readonly lane: Lane;
  readonly ask: Question;
  readonly show: Shown;
  readonly shown: Sha;
  readonly options: readonly string[];
  readonly expires?: Ms;
}

export type OperatorInput =
  | {
      readonly is: 'answer';
      readonly id: string;
      readonly verdict: string;
      readonly value?: Value;
      readonly reason?: string;
      readonly by: Actor;
      readonly shown: Sha;
    }
  | { readonly is: 'control'; readonly id: string; readonly by: Actor; readonly act: Control };

export interface OperatorPort {
  /** Called after each change with every open question; questions are durable by then. */
  present(open: readonly OpenQuestion[]): void;
  /** Returns how to leave. */
  subscribe(listener: (input: OperatorInput) => void): () => void;
}

export interface UnattendedOptions {
  /** Agrees to confirmations that need not be typed. */
  readonly yes: boolean;
  /** Step id -> answer given beforehand. */
  readonly answers: Readonly<Record<string, string>>;
  readonly actor: Actor;
  readonly reason?: string;
}

/** Nobody is there: answers what was answered beforehand, declines the rest at once, never hangs. */
export function unattendedOperator(options: UnattendedOptions): OperatorPort {
  const listeners = new Set<(input: OperatorInput) => void>();
  const done = new Set<string>();
  return {
    present: (open) => {
      for (const question of open) {
        if (done.has(question.id)) continue;
        done.add(question.id);
        const input = answerTo(question, options);
        queueMicrotask(() => {
          for (const listener of listeners) listener(input);
        });
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The id of the step without its turn: answers are given per step. */
export const stepOf = (key: Key): string => key.replace(/(\[\d+\])+/g, '').replace(/~after$/, '');

function answerTo(question: OpenQuestion, options: UnattendedOptions): OperatorInput {
  const given = options.answers[question.key] ?? options.answers[stepOf(question.key)];
  const base = {
    is: 'answer' as const,
    id: question.id,
    by: options.actor,
    shown: question.shown,
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
  if (given === undefined) {
    if (question.ask === 'confirm' && options.yes) return { ...base, verdict: 'yes' };
    return { ...base, verdict: question.lane === 'postmortem' ? 'open' : 'unanswered' };
  }
  return { ...base, ...meaningOf(question, given) };
}

/** What a given text means for a question: the typed text, one of the options, or the value of an input. */
function meaningOf(question: OpenQuestion, given: string): { readonly verdict: string; readonly value?: Value } {
  switch (question.ask) {
    case 'typed':
      return { verdict: given === question.show.typed ? 'yes' : 'no' };
    case 'input':
      return { verdict: 'answered', value: { json: inputValue(question, given) } };
    case 'choice':
      return { verdict: given, value: { json: given } };
    default:
      return { verdict: question.options.includes(given) ? given : 'unanswered' };
  }
}

/** Names of what an `ask` asks for. */
export function fieldsOf(question: OpenQuestion): readonly string[] {
  const { fields } = question.show;
  return fields !== null && typeof fields === 'object' && !Array.isArray(fields) ? Object.keys(fields) : [];
}

/** One field: the text is its value. Several: JSON of all. */
export function inputValue(question: OpenQuestion, given: string): Record<string, string> {
  const names = fieldsOf(question);
  if (given.startsWith('{')) {
    try {
      return JSON.parse(given) as Record<string, string>;
    } catch {
      // taken as text below
    }
  }
  return { [names[0] ?? 'text']: given };
}
