/**
 * The loop: fold what happened, ask the core what to do, make it durable, do it. One thread; performers run beside it and hand in observations.
 * Before an effect, a publication or idling every earlier record is on disk; one write and one sync serve all of them (L1).
 */
import type { Command } from '../core/model/command.ts';
import { decide } from '../core/decide/decide.ts';
import { standsStill } from '../core/decide/standstill.ts';
import type { Decision, Observation, Stamped } from '../core/model/event.ts';
import { fold } from '../core/fold/fold.ts';
import type { State } from '../core/model/state.ts';
import { maskSaid } from './from-operators.ts';
import type { Journal } from '../store/journal-write.ts';
import { createAlarm } from './alarm.ts';
import type { Clock } from './clock.ts';
import type { Engine } from './context.ts';
import { heard } from './hear.ts';
import type { OperatorPort } from './operator.ts';
import { questionsOf } from './operator.ts';
import type { Performers } from './perform.ts';

export interface LoopOptions {
  readonly engine: Engine;
  readonly journal: Journal;
  readonly operator: OperatorPort;
  readonly clock: Clock;
  readonly performers: Performers;
  readonly epoch: number;
  /** Appended first: run.opened and engine.started. */
  readonly opening: readonly (Observation | Decision)[];
  /** Called with durable records only. */
  readonly onRecord?: (record: Stamped, state: State) => void;
}

export interface Inbox {
  readonly push: (event: Observation | Decision) => void;
  /** Set by the loop while it waits. */
  wake?: () => void;
  readonly events: (Observation | Decision)[];
}

export function createInbox(): Inbox {
  const inbox: Inbox = {
    events: [],
    push: (event) => {
      inbox.events.push(event);
      inbox.wake?.();
    },
  };
  return inbox;
}

/** A defect of ours: nothing would ever wake the run. It ends this engine instead of hanging; a new engine decides afresh. */
export class StalledError extends Error {
  constructor(state: Readonly<State>) {
    const open = Object.keys(state.open).map((key) => `${key} (${state.instances[key]?.status ?? 'not started'})`);
    const where = open.length === 0 ? state.phase : `${state.phase}: ${open.join(', ')}`;
    super(`internal error: run ${state.run} waits for nothing: no step runs, no question is open, no timer is set (at ${where})`);
    this.name = 'StalledError';
  }
}

/** Runs until `run.finished` is durable. Throws JournalError when records cannot be kept, StalledError instead of waiting for nothing. */
export async function loop(options: LoopOptions, inbox: Inbox): Promise<State> {
  const { engine, journal, performers } = options;
  const { plan } = engine;
  const state = engine.state();
  const append = (event: Observation | Decision): void => {
    const t = Math.round(Math.max(state.t, engine.now()));
    const record = journal.append(event, { epoch: options.epoch, t, wall: options.clock.wall().toISOString() });
    fold(plan, state, record);
  };
  const publish = (): void => {
    for (const record of journal.durable()) options.onRecord?.(record, state);
  };
  const leave = options.operator.subscribe((input) => {
    inbox.push(maskSaid(heard(input, engine, state), engine.redactor));
  });
  options.opening.forEach(append);
  const alarm = createAlarm(
    options.clock,
    () => engine.now(),
    () => {
      inbox.push({ type: 'time.reached' });
    },
  );
  try {
    for (;;) {
      for (let event = inbox.events.shift(); event !== undefined; event = inbox.events.shift()) {
        performers.ended(event);
        append(event);
      }
      const commands = decide(plan, state);
      const [first] = commands;
      if (first?.do === 'append') {
        append(first.event);
        continue;
      }
      perform(commands, performers, append, publish);
      if (state.phase === 'finished') break;
      if (inbox.events.length > 0) continue;
      // Resolving ends within this turn: its event and the intent that follows share the sync of what is already waiting.
      await new Promise<void>((turn) => setImmediate(turn));
      if (inbox.events.length > 0) continue;
      publish();
      options.operator.present(questionsOf(plan, state));
      if (inbox.events.length > 0) continue;
      alarm.set(commands.find((command) => command.do === 'wake')?.at);
      if (standsStill(state, { performing: performers.underWay(), alarm: alarm.armed() })) {
        const stalled = new StalledError(state);
        append({ type: 'engine.lost', why: stalled.message });
        publish();
        throw stalled;
      }
      await new Promise<void>((resolve) => {
        inbox.wake = resolve;
        if (inbox.events.length > 0) resolve();
      });
      delete inbox.wake;
    }
    publish();
    return state;
  } finally {
    alarm.set(undefined);
    leave();
  }
}

/** Intents first and durable, then the effects; reads without effect need no barrier. */
function perform(
  commands: readonly Command[],
  performers: Performers,
  append: (event: Observation) => void,
  publish: () => void,
): void {
  const starting = commands.flatMap((command) => {
    if (command.do !== 'attempt' || performers.busy(command)) return [];
    append(performers.intent(command));
    return [command];
  });
  if (starting.length > 0) publish();
  for (const command of starting) performers.start(command);
  for (const command of commands) {
    if (command.do === 'resolve' || command.do === 'probe' || command.do === 'capture') {
      if (!performers.busy(command)) performers.start(command);
    } else if (command.do === 'cancel') performers.cancel(command.key, command.force);
  }
}
