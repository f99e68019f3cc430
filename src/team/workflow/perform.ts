/** Commands of the core, performed by workers: each ends in one observation, or in what became of it when its worker was lost. */
import * as temporal from '@temporalio/workflow';
import type { Command } from '../../interpreter/core/model/command.ts';
import { effectOf } from '../../interpreter/core/fold/policy.ts';
import type { Observation } from '../../interpreter/core/model/event.ts';
import type { Catching, Performing, Work, WorkDone } from '../protocol.ts';
import { begunAgain } from './activities.ts';
import { catchingOf } from './catching.ts';
import { endOfBroken } from './lost.ts';
import type { Run } from './run-state.ts';
import { append, nowIn } from './run-state.ts';
import { queueOf, whenTaken } from './taken.ts';

/** How long an attempt that is forced to end is waited for, ms. */
const forcedMs = 2000;

type Performable = Extract<Command, { do: 'resolve' | 'probe' | 'capture' | 'attempt' }>;

const nameOf = (command: { readonly do: string; readonly key: string }): string => `${command.do} ${command.key}`;

/** Intents first: they are durable with the task that orders the effect, since the server takes both or neither. */
export function performCommands(run: Run, commands: readonly Command[]): void {
  for (const command of commands) {
    if (command.do === 'append' || command.do === 'wake') continue;
    if (command.do === 'cancel') {
      run.flights.get(`attempt ${command.key}`)?.cancel(command.force);
      continue;
    }
    if (run.flights.has(nameOf(command))) continue;
    if (command.do === 'attempt') append(run, intentOf(run, command));
    start(run, command);
  }
}

const intentOf = (run: Run, { key, n, role, until }: Extract<Command, { do: 'attempt' }>): Observation => ({
  type: 'attempt.started',
  key,
  n,
  role,
  input: run.state.instances[key]?.input ?? '',
  cookie: `${run.order.run}:${key}:${String(n)}`,
  until,
});

function start(run: Run, command: Performable): void {
  const scope = new temporal.CancellationScope();
  const name = nameOf(command);
  let over = false;
  const land = (events: readonly Observation[]): void => {
    if (over) return;
    over = true;
    run.flights.delete(name);
    run.inbox.push(...events);
    run.changed = true;
  };
  let forced = false;
  const isRead = command.do === 'attempt' && isReading(run, command.key);
  run.flights.set(name, {
    ...(isRead ? { cut: { key: command.key, n: command.n, role: command.role } } : {}),
    drop: () => {
      over = true;
      scope.cancel();
    },
    cancel: (force) => {
      scope.cancel();
      if (!force || forced) return;
      forced = true;
      void temporal.CancellationScope.nonCancellable(async () => {
        await temporal.condition(() => over, forcedMs);
        land(await endOfBroken(run, command, 'abandoned'));
      });
    },
  });
  void scope
    .run(() => fly(run, command))
    .then(land, async (problem: unknown) => {
      land(await temporal.CancellationScope.nonCancellable(() => endOfBroken(run, command, problem)));
    });
}

function isReading({ order, state }: Run, key: string): boolean {
  const instance = state.instances[key];
  const node = instance === undefined ? undefined : order.plan.nodes[instance.node];
  return node !== undefined && instance !== undefined && effectOf(node.effect, instance) === 'read';
}

async function fly(run: Run, work: Work): Promise<readonly Observation[]> {
  const queue = queueOf(run, work.key);
  const ordered = (catching: Catching): Performing => ({ work, catching, t: nowIn(run) });
  const perform = (): Promise<WorkDone> =>
    caughtUp(run, queue, (catching) => whenTaken(run, work.key, (offered) => offered.perform(ordered(catching))));
  const done = await (work.do === 'attempt' ? perform() : begunAgain(perform));
  for (const file of done.files) run.files.set(file.name, file);
  for (const lock of done.locks) run.locks.add(lock);
  return done.events;
}

/** The call brings its worker the records up to now. */
export async function caughtUp<T>(run: Run, queue: string, call: (catching: Catching) => Promise<T>): Promise<T> {
  const place = run.chain.place();
  const answer = await call(catchingOf(run, queue));
  if ((run.sent.get(queue)?.seq ?? 0) < place.seq) run.sent.set(queue, place);
  return answer;
}
