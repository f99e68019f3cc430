/** The operator port: the only way into a run. Questions go out, answers and controls come in; their author is always recorded. */
import type { Control, Question, Shown } from '../core/model/event.ts';
import type { Lane, Plan } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import type { Actor, Key, Ms, Sha, Value } from '../core/model/value.ts';
import { formOf } from '../plan/form.ts';

export interface OpenQuestion {
  readonly id: string;
  readonly key: Key;
  readonly lane: Lane;
  readonly ask: Question;
  readonly show: Shown;
  readonly shown: Sha;
  readonly options: readonly string[];
  /** Whose approval is asked for. */
  readonly from?: readonly string[];
  readonly expires?: Ms;
}

/** The open questions of a run, as its state has them. */
export function questionsOf(plan: Plan, state: Readonly<State>): readonly OpenQuestion[] {
  return Object.entries(state.questions).map(([id, question]) => {
    const instance = state.instances[question.key];
    const lane = instance === undefined ? 'main' : (plan.nodes[instance.node]?.lane ?? 'main');
    return { id, lane, ...question, ask: question.ask as OpenQuestion['ask'] };
  });
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
      readonly via?: string;
    }
  | { readonly is: 'control'; readonly id: string; readonly by: Actor; readonly act: Control }
  | { readonly is: 'viewer'; readonly what: 'attached' | 'detached' | 'took'; readonly by: Actor };

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
  /** In a rehearsal: people who agree to approvals, each question the next one. */
  readonly approvers?: readonly Actor[];
}

/** Nobody is there: answers what was answered beforehand, declines the rest at once, never hangs. */
export const unattendedOperator = (options: UnattendedOptions): OperatorPort => answeringOperator(options, 'declines');

/** Answers what was answered beforehand, and leaves the rest to whoever looks. */
export const preparedOperator = (options: UnattendedOptions): OperatorPort => answeringOperator(options, 'leaves');

/** A way in for controls of the program itself, which answer no question. */
export function sayingOperator(present: OperatorPort['present'] = () => undefined): {
  readonly operator: OperatorPort;
  readonly say: (input: OperatorInput) => void;
} {
  const listeners = new Set<(input: OperatorInput) => void>();
  return {
    operator: {
      present,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    say: (input) => {
      for (const listener of listeners) listener(input);
    },
  };
}

/** Several ways in: whoever answers first. */
export function joinOperators(ports: readonly OperatorPort[]): OperatorPort {
  return {
    present: (open) => {
      for (const port of ports) port.present(open);
    },
    subscribe: (listener) => {
      const leaving = ports.map((port) => port.subscribe(listener));
      return () => {
        for (const leave of leaving) leave();
      };
    },
  };
}

function answeringOperator(options: UnattendedOptions, rest: 'declines' | 'leaves'): OperatorPort {
  const done = new Map<string, 'answered' | 'declined'>();
  const nextApprover = approversInTurn(options.approvers ?? []);
  const send = (id: string, as: 'answered' | 'declined', input: OperatorInput): void => {
    done.set(id, as);
    queueMicrotask(() => {
      say(input);
    });
  };
  const { operator, say } = sayingOperator((open) => {
    for (const question of open) {
      const before = done.get(question.id);
      const by = before === undefined && question.ask === 'approve' ? nextApprover(question.key) : undefined;
      const given = before === undefined ? answerTo(question, options, by) : undefined;
      if (given !== undefined) send(question.id, 'answered', given);
      // Asked again: the answer did not count, an approval by the starter for example.
      else if (rest === 'declines' && before !== 'declined') send(question.id, 'declined', declining(question, options));
    }
  });
  return operator;
}

/** The id of the step without its turn: answers are given per step. */
export const stepOf = (key: Key): string => key.replace(/(\[\d+\])+/g, '').replace(/~after$/, '');

const answerBase = (question: OpenQuestion, options: UnattendedOptions) => ({
  is: 'answer' as const,
  id: question.id,
  by: options.actor,
  shown: question.shown,
  ...(options.reason === undefined ? {} : { reason: options.reason }),
});

const declining = (question: OpenQuestion, options: UnattendedOptions): OperatorInput => ({
  ...answerBase(question, options),
  verdict: question.lane === 'postmortem' ? 'open' : 'unanswered',
});

/** `config~undo` is the undo of the step `config`, whatever asks about it: the step itself, or one of the steps that take it back. */
const undoName = (step: string): string => `${step}~undo`;

/** Names under which an answer may have been given, the nearest first. */
function answerNames({ key, ask }: OpenQuestion): readonly string[] {
  const step = stepOf(key);
  if (ask !== 'conflict') return [key, step];
  const owner = step.replace(/~undo\d+$/, '');
  return [key, step, undoName(owner), owner];
}

/** Each question about one step is answered by the next person, as a step that needs two asks twice. */
function approversInTurn(approvers: readonly Actor[]): (key: Key) => Actor | undefined {
  const asked = new Map<Key, number>();
  return (key) => {
    const turn = asked.get(key) ?? 0;
    asked.set(key, turn + 1);
    return approvers[turn];
  };
}

/** Undefined: no answer was given beforehand. `approver` answers instead of the operator and agrees unless the answer is no. */
function answerTo(question: OpenQuestion, options: UnattendedOptions, approver?: Actor): OperatorInput | undefined {
  const given = answerNames(question)
    .map((name) => options.answers[name])
    .find((one) => one !== undefined && (question.ask !== 'conflict' || question.options.includes(one)));
  if (approver !== undefined)
    return {
      ...answerBase(question, options),
      by: approver,
      reason: 'agreed in a rehearsal',
      verdict: given === 'no' ? 'no' : 'yes',
    };
  if (given !== undefined) return { ...answerBase(question, options), ...meaningOf(question, given) };
  return question.ask === 'confirm' && options.yes ? { ...answerBase(question, options), verdict: 'yes' } : undefined;
}

/** What a given text means for a question: the typed text, one of the options, or the value of an input. */
function meaningOf(question: OpenQuestion, given: string): { readonly verdict: string; readonly value?: Value } {
  switch (question.ask) {
    case 'typed':
      return { verdict: given === question.show.typed ? 'yes' : 'no' };
    case 'input':
      return { verdict: 'answered', value: { json: formOf(question.show.fields, given) } };
    case 'choice':
      return { verdict: given, value: { json: given } };
    default:
      return { verdict: question.options.includes(given) ? given : 'unanswered' };
  }
}
