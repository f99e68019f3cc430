/**
 * The workflow of one run: the loop of the engine, with the history of the workflow instead of a disk. `decide` names what to do next, `fold` digests
 * what happened; workers perform. Deterministic: whoever replays the history has the same journal, line by line.
 */
import * as temporal from '@temporalio/workflow';
import { decide } from '../../interpreter/core/decide/decide.ts';
import { standsStill } from '../../interpreter/core/decide/standstill.ts';
import { exitCodeOf } from '../../interpreter/core/model/outcome.ts';
import { openingRecord } from '../../interpreter/engine/opening.ts';
import type { Opening, RunEnd, TeamOrder } from '../protocol.ts';
import { at, begunAgain } from './activities.ts';
import { createDurableAlarm } from './alarm.ts';
import { answerBeforehand } from './beforehand.ts';
import { isQuiet, nextPart, wantsNextPart } from './next-part.ts';
import { offerHandlers } from './handlers.ts';
import { performCommands } from './perform.ts';
import type { Run } from './run-state.ts';
import { append, beginRun, nowIn, tellState } from './run-state.ts';

export async function runRunbook(order: TeamOrder): Promise<RunEnd> {
  const run = beginRun(order);
  let opening: Opening | undefined;
  offerHandlers(run, () => opening);
  if (order.carried === undefined) {
    opening = await begunAgain(() => at(run, order.queue).open(order));
    if (opening.is === 'refused') {
      tellState(run, 'refused');
      await temporal.condition(() => temporal.allHandlersFinished());
      return opening;
    }
    for (const lock of [order.plan.lock, ...(order.plan.locks ?? [])]) run.locks.add(lock);
    open(run, opening);
  } else {
    opening = { is: 'open', pid: 0, boot: '', secrets: [], config: order.config };
    for (const cut of order.carried.cut) append(run, { type: 'attempt.finished', ...cut, outcome: cutShort, lost: 'ended' });
  }
  return loop(run);
}

/** A read that was cut short so that the run could continue as new. */
const cutShort = {
  is: 'unknown',
  fault: { class: 'unknown', code: 'cut-short', message: 'The run continued in a new part; the read begins again.' },
} as const;

function open(run: Run, { pid, boot, secrets, config }: Extract<Opening, { is: 'open' }>): void {
  const { plan, actor, seed, origin } = run.order;
  append(
    run,
    openingRecord({ run: run.order.run, plan, actor, seed, baseDirectory: origin.directory, config: run.order.config }),
  );
  const differs = config?.sha !== run.order.config?.sha || config?.path !== run.order.config?.path;
  append(run, {
    type: 'engine.started',
    pid,
    boot,
    gap: 0,
    config,
    ...(differs ? { configBefore: run.order.config } : {}),
    ...(secrets.length === 0 ? {} : { secrets }),
  });
}

async function loop(run: Run): Promise<RunEnd> {
  const { plan } = run.order;
  const { state } = run;
  const answers = answerBeforehand(run);
  const alarm = createDurableAlarm(
    () => nowIn(run),
    () => {
      run.inbox.push({ type: 'time.reached' });
    },
  );
  for (;;) {
    for (let event = run.inbox.shift(); event !== undefined; event = run.inbox.shift()) append(run, event);
    run.changed = false;
    const isDraining = wantsNextPart(run);
    if (isDraining && isQuiet(run) && temporal.allHandlersFinished()) return nextPart(run);
    const commands = decide(plan, state);
    const [first] = commands;
    if (first?.do === 'append') {
      // Whoever sees the end may start the next run at once.
      if (first.event.type === 'run.finished') await releaseLocks(run);
      append(run, first.event);
      continue;
    }
    performCommands(run, isDraining ? commands.filter(({ do: what }) => what === 'cancel') : commands);
    if (state.phase === 'finished') break;
    if (run.inbox.length > 0) continue;
    tellState(run, Object.keys(state.questions).length > 0 ? 'waiting' : 'running');
    answers();
    alarm.set(commands.find((command) => command.do === 'wake')?.at);
    if (standsStill(state, { performing: run.flights.size > 0, alarm: alarm.armed() })) append(run, stalled);
    run.changed = false;
    await temporal.condition(() => run.inbox.length > 0 || run.changed);
  }
  alarm.set(undefined);
  tellState(run, 'finished');
  await temporal.condition(() => temporal.allHandlersFinished());
  const outcome = state.outcome ?? 'unknown';
  return { is: 'finished', outcome, exitCode: state.exitCode ?? exitCodeOf(outcome) };
}

/** A defect of ours. The run stays, and people can still end it. */
const stalled = {
  type: 'engine.lost',
  why: 'internal error: the run waits for nothing: no step runs, no question is open, no timer is set',
} as const;

/** A worker that cannot is no reason to keep the run: a lock whose holder has ended counts as free. */
async function releaseLocks(run: Run): Promise<void> {
  const { run: id, queue } = run.order;
  await begunAgain(() => at(run, queue).close(id, [...run.locks])).catch(() => undefined);
}
