/** The screen's own small store: the newest state and what the operator was told. The picture is drawn by a timer, never per record. */
import { whoText } from '../format.ts';
import type { Stamped } from '../../interpreter/core/model/event.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import type { Act, Controls } from '../../interpreter/link/protocol.ts';
import type { PictureOptions } from '../view.ts';
import { openQuestions } from '../questions.ts';

export interface Notice {
  readonly text: string;
  readonly bad: boolean;
}

export interface ScreenStore {
  readonly options: PictureOptions;
  state(): State | undefined;
  /** Changes whenever there is something new to draw. */
  version(): number;
  /** Run clock now: the clock of the last record plus what has passed since. */
  now(): number;
  /** Time of day now by the clock of the records, ms since 1970. */
  wall(): number;
  /** Newest note of a running attempt. */
  note(key: string): Json | undefined;
  notice(): Notice | undefined;
  say(text: string, bad?: boolean): void;
  controls(): Controls;
  /** The questions that this viewer may answer now. */
  questions(): readonly OpenQuestion[];
  /** Questions that wait for somebody else. */
  others(): readonly OpenQuestion[];
  /** `done`: what is told once the engine has taken it. */
  act(act: Act, done?: string): void;
  update(record: Stamped, state: State): void;
}

/** How long a notice is shown, ms. */
const noticeMs = 8000;

export function createStore(options: PictureOptions, monotonic: () => number): ScreenStore {
  const notes = new Map<string, Json>();
  const sent = new Set<string>();
  let state: State | undefined;
  let seenAt = monotonic();
  let wallAt = 0;
  let version = 0;
  let notice: (Notice & { readonly at: number }) | undefined;
  const say = (text: string, bad = false): void => {
    notice = { text, bad, at: monotonic() };
    version += 1;
  };
  const open = (): readonly OpenQuestion[] =>
    state === undefined ? [] : openQuestions(options.plan, state).filter((one) => !sent.has(one.id));
  const isOurs = (question: OpenQuestion): boolean => options.controls().yours || question.ask === 'approve';
  const now = (): number => (state === undefined ? 0 : state.t + (state.phase === 'finished' ? 0 : monotonic() - seenAt));
  return {
    options,
    state: () => state,
    version: () => version,
    now,
    wall: () => wallAt + now(),
    note: (key) => notes.get(key),
    notice: () => (notice !== undefined && monotonic() - notice.at < noticeMs ? notice : undefined),
    say,
    controls: () => options.controls(),
    questions: () => open().filter(isOurs),
    others: () => open().filter((question) => !isOurs(question)),
    act: (act, taken) => {
      if (act.is === 'answer') sent.add(act.question);
      void options.act(act).then((done) => {
        if (done.ok) {
          if (taken !== undefined) say(taken);
          return;
        }
        if (act.is === 'answer') sent.delete(act.question);
        say(`not done: ${done.why}`, true);
      });
    },
    update: (record, after) => {
      state = after;
      seenAt = monotonic();
      wallAt = Date.parse(record.wall) - record.t;
      version += 1;
      if (record.type === 'attempt.noted') notes.set(record.key, record.data);
      else if (record.type === 'attempt.finished') notes.delete(record.key);
      else if (record.type === 'answer.ignored') say(`the answer of ${whoText(record.by)} did not count: ${record.why}`, true);
      else if (record.type === 'control' && record.by.name !== options.actor.name) say(`${whoText(record.by)}: ${record.act.is}`);
      else if (record.type === 'viewer' && record.is === 'took') say(`${whoText(record.by)} has taken the controls`);
    },
  };
}
