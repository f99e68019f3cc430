/** The screen's own small store: the newest state and records that matter to it. The picture is drawn by a timer, never per record. */
import type { Stamped } from '../../interpreter/core/event.ts';
import type { Plan } from '../../interpreter/core/plan.ts';
import type { State } from '../../interpreter/core/state.ts';
import type { Actor, Json } from '../../interpreter/core/value.ts';
import type { OpenQuestion, OperatorInput, OperatorPort } from '../../interpreter/engine/operator.ts';
import { inputValue } from '../../interpreter/engine/operator.ts';

export interface Wait {
  readonly text: string;
  readonly values: readonly number[];
}

export interface ScreenStore {
  readonly plan: Plan;
  readonly operator: OperatorPort;
  readonly actor: Actor;
  state(): State | undefined;
  /** Run clock now: the clock of the last record plus what has passed since. */
  now(): number;
  questions(): readonly OpenQuestion[];
  waits(): ReadonlyMap<string, Wait>;
  answer(question: OpenQuestion, verdict: string, value?: Json, reason?: string): void;
  control(act: Extract<OperatorInput, { is: 'control' }>['act']): void;
  update(record: Stamped, state: State): void;
}

export interface StoreOptions {
  readonly plan: Plan;
  readonly actor: Actor;
  /** `--yes`: agrees to confirmations that need not be typed. */
  readonly yes: boolean;
  /** `--answer step=value`. */
  readonly answers: Readonly<Record<string, string>>;
  readonly reason?: string;
  monotonic(): number;
}

const kept = 120;

export function createStore(options: StoreOptions): ScreenStore {
  const listeners = new Set<(input: OperatorInput) => void>();
  const waits = new Map<string, Wait>();
  const answered = new Set<string>();
  let open: readonly OpenQuestion[] = [];
  let state: State | undefined;
  let seenAt = options.monotonic();
  let controls = 0;
  const send = (input: OperatorInput): void => {
    for (const listener of listeners) listener(input);
  };
  const answer = (question: OpenQuestion, verdict: string, value?: Json, reason?: string): void => {
    if (answered.has(question.id)) return;
    answered.add(question.id);
    const why = reason ?? options.reason;
    send({
      is: 'answer',
      id: question.id,
      verdict,
      by: options.actor,
      shown: question.shown,
      ...(value === undefined ? {} : { value: { json: value } }),
      ...(why === undefined ? {} : { reason: why }),
    });
  };
  const beforehand = (question: OpenQuestion): void => {
    const given = options.answers[question.key] ?? options.answers[question.key.replace(/(\[\d+\])+$/, '')];
    if (given !== undefined) answerWith(question, given, answer);
    else if (options.yes && question.ask === 'confirm') answer(question, 'yes');
  };
  return {
    plan: options.plan,
    actor: options.actor,
    operator: {
      present: (questions) => {
        open = questions;
        for (const question of questions) if (!answered.has(question.id)) beforehand(question);
      },
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    state: () => state,
    now: () => (state === undefined ? 0 : state.t + (state.phase === 'finished' ? 0 : options.monotonic() - seenAt)),
    questions: () => open.filter((question) => !answered.has(question.id)),
    waits: () => waits,
    answer,
    control: (act) => {
      controls += 1;
      send({
        is: 'control',
        id: `screen-${String(controls)}-${String(Math.round(options.monotonic()))}`,
        by: options.actor,
        act,
      });
    },
    update: (record, after) => {
      state = after;
      seenAt = options.monotonic();
      if (record.type === 'attempt.noted') waits.set(record.key, waitOf(waits.get(record.key), record.data));
      if (record.type === 'attempt.finished') waits.delete(record.key);
    },
  };
}

/** Turns a given text into the verdict the question understands. */
function answerWith(question: OpenQuestion, given: string, answer: ScreenStore['answer']): void {
  if (question.ask === 'typed') answer(question, given === question.show.typed ? 'yes' : 'no');
  else if (question.ask === 'input') answer(question, 'answered', inputValue(question, given));
  else if (question.options.includes(given)) answer(question, given);
}

function waitOf(before: Wait | undefined, data: Json): Wait {
  const entries =
    data !== null && typeof data === 'object' && !Array.isArray(data)
      ? Object.entries(data as Readonly<Record<string, Json>>)
      : [];
  const value = entries.find(([name]) => name === 'value')?.[1];
  const text = waitText(Object.fromEntries(entries));
  const values = typeof value === 'number' ? [...(before?.values ?? []), value].slice(-kept) : (before?.values ?? []);
  return { text, values };
}

/** `0.11, until value < 0.005, not yet, 20s left`: a person reads it in one glance. */
function waitText(data: Readonly<Record<string, Json>>): string {
  const word = (name: string): string => (typeof data[name] === 'string' ? data[name] : JSON.stringify(data[name] ?? null));
  const left = data['left'] === undefined ? [] : [`${word('left')} left`];
  if (data['error'] !== undefined) return [`attempt ${word('attempt')}: ${word('error')}`, ...left].join(', ');
  if (data['until'] === undefined)
    return Object.keys(data)
      .map((name) => `${name} ${word(name)}`)
      .join('  ');
  const value = data['value'] === null ? 'no data' : word('value');
  const holds = data['holds'] === 'true' ? `holds${data['holdsFor'] === undefined ? '' : ` for ${word('holdsFor')}`}` : 'not yet';
  return [value, `until ${word('until')}`, holds, ...left].join(', ');
}

const bars = '▁▂▃▄▅▆▇█';

/** A small curve of the last values, scaled between their least and greatest. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const least = Math.min(...shown);
  const span = Math.max(...shown) - least;
  return shown.map((value) => bars[span === 0 ? 0 : Math.round(((value - least) / span) * (bars.length - 1))] ?? ' ').join('');
}
