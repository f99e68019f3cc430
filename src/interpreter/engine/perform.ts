/** Performers: what is running now, how to start it, how to cancel it. Commands are level-triggered; what runs already is not started again. */
import type { Command } from '../core/model/command.ts';
import type { Decision, Observation } from '../core/model/event.ts';
import type { Key } from '../core/model/value.ts';
import { attempt } from './attempt.ts';
import type { Engine } from './context.ts';
import { capture, probe } from './probe.ts';
import { cookieOf } from './reading.ts';
import { resolve } from './resolve.ts';

export type Performable = Extract<Command, { do: 'resolve' | 'probe' | 'capture' | 'attempt' }>;

export interface Performers {
  busy(command: Performable): boolean;
  /** Anything is being performed. */
  underWay(): boolean;
  /** The intent of an attempt: appended and durable before it starts. */
  intent(command: Extract<Command, { do: 'attempt' }>): Observation;
  start(command: Performable): void;
  /** Forced: what was asked to end before is not waited for any longer. */
  cancel(key: Key, force: boolean): void;
  /** Told of each observation before it is folded, so that an ended performance may be started again. */
  ended(event: Observation | Decision): void;
  /** Aborts everything and waits for it to settle. */
  close(): Promise<void>;
}

interface Running {
  /** Asks it to end. */
  readonly stop: AbortController;
  /** Waiting for an orderly end is over. */
  readonly force: AbortController;
  readonly end: Promise<void>;
}

export function createPerformers(engine: Engine): Performers {
  const running = new Map<string, Running>();
  const nameOf = (command: Performable): string => `${command.do} ${command.key}`;
  return {
    busy: (command) => running.has(nameOf(command)),
    underWay: () => running.size > 0,
    intent: (command) => ({
      type: 'attempt.started',
      key: command.key,
      n: command.n,
      role: command.role,
      input: engine.state().instances[command.key]?.input ?? '',
      cookie: cookieOf(engine, command.key, command.n),
      until: command.until,
    }),
    start: (command) => {
      const stop = new AbortController();
      const force = new AbortController();
      const end = performOne(engine, command, { signal: stop.signal, force: force.signal }).then((event) => {
        engine.observed(event);
      });
      running.set(nameOf(command), { stop, force, end });
    },
    cancel: (key, force) => {
      for (const kind of ['attempt', 'probe', 'capture']) {
        const found = running.get(`${kind} ${key}`);
        found?.stop.abort(new Error('cancelled'));
        if (force) found?.force.abort(new Error('ended at once'));
      }
    },
    ended: (event) => {
      if (event.type === 'attempt.finished') running.delete(`attempt ${event.key}`);
      else if (event.type === 'step.resolved') running.delete(`resolve ${event.key}`);
      else if (event.type === 'probe.finished') running.delete(`probe ${event.key}`);
      else if (event.type === 'undo.captured') running.delete(`capture ${event.key}`);
    },
    close: async () => {
      const all = [...running.values()];
      for (const one of all) one.stop.abort(new Error('the run has ended'));
      await Promise.all(all.map((one) => one.end));
    },
  };
}

/** One command, to its end; never rejects. */
export async function performOne(
  engine: Engine,
  command: Performable,
  stop: { readonly signal: AbortSignal; readonly force: AbortSignal },
): Promise<Observation> {
  try {
    switch (command.do) {
      case 'resolve':
        return await resolve(engine, command.key);
      case 'probe':
        return await probe(engine, command.key, command.when, stop.signal);
      case 'capture':
        return await capture(engine, command.key, stop.signal);
      case 'attempt':
        return await attempt(engine, command, stop);
    }
  } catch (problem) {
    return broken(command, problem, engine);
  }
}

/** A defect in resolving or probing fails the step with its place, never the engine. */
function broken(command: Performable, problem: unknown, engine: Engine): Observation {
  const fault = {
    class: 'plugin',
    code: 'internal',
    message: engine.redactor.text(problem instanceof Error ? problem.message : String(problem)),
  } as const;
  const { key } = command;
  switch (command.do) {
    case 'resolve':
      return { type: 'step.resolved', key, when: 'error', fault };
    case 'probe':
      return { type: 'probe.finished', key, when: command.when, holds: 'error', fault };
    case 'capture':
      return { type: 'undo.captured', key, fault };
    case 'attempt':
      return { type: 'attempt.finished', key, n: command.n, role: command.role, outcome: { is: 'unknown', fault } };
  }
}
