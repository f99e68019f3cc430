/** Polling: reads until the condition holds long enough, is aborted, or time is up. The policy is the core's pure `observe`. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observation } from '../core/model/event.ts';
import { expire, observe, startWait } from '../core/model/observe.ts';
import type { ObservePolicy, Sample, WaitState } from '../core/model/observe.ts';
import type { Node } from '../core/model/plan.ts';
import type { Fault, Json, Key, Ms, Verdict } from '../core/model/value.ts';
import { isMissing } from '../language/cel/failure.ts';
import type { Engine } from './context.ts';
import type { ReadingCall, Reading } from './reading.ts';
import { judgeReading, read } from './reading.ts';

type Finished = Extract<Observation, { type: 'attempt.finished' }>;
export type Ending = Pick<Finished, 'outcome' | 'expect' | 'fault' | 'output'>;

/** Between two notes in the journal unless something changes; samples go to their own file each time. */
const noteEveryMs = 10_000;

export async function wait(engine: Engine, node: Node, call: ReadingCall): Promise<Ending> {
  const plan = node.program.observe;
  if (plan === undefined) throw new Error(`${node.key} does not wait`);
  // An operator may give a wait more time while it waits.
  const deadline = (): Ms => engine.state().instances[call.key]?.until ?? call.until;
  const notes = createNotes(engine, call.key, call.n, plan.until);
  let state = startWait(engine.now());
  let last: Round | undefined;
  for (;;) {
    const policy: ObservePolicy = { every: plan.every, hold: plan.hold, until: deadline(), onNoData: node.program.onNoData };
    const round = await sample(engine, { ...call, until: readingEnd(engine, call, policy) }, plan, policy);
    if (call.signal.aborted) return cancelled(round.reading);
    // A reading that the wait's own deadline cut says nothing; the one before it does.
    const cut = deadline() > 0 && engine.now() >= deadline() && round.reading.is !== 'ok' ? last : undefined;
    if (cut !== undefined) return ending(expire(policy, state, engine.now()), cut.reading, cut.fault, plan);
    last = round;
    state = observe(policy, state, round.sample);
    notes.take(round.reading, round.sample, state, policy.until);
    if (state.end !== undefined) return ending(state, round.reading, round.fault, plan);
    await engine.clock.sleep(Math.max(1, state.next - engine.now()), call.signal);
    if (call.signal.aborted) return cancelled(round.reading);
    if (deadline() > 0 && engine.now() >= deadline()) {
      const over = expire({ ...policy, until: deadline() }, state, engine.now());
      if (over.end !== undefined) return ending(over, round.reading, round.fault, plan);
    }
  }
}

/**
 * When a reading has taken too long: a connection that a firewall forgot must not take the whole wait with it. A reading has the time that its step
 * type gives an attempt, or until the next one is due if that is later; cut, it is a timeout, so it breaks what held and the wait continues.
 */
function readingEnd(engine: Engine, call: ReadingCall, policy: ObservePolicy): Ms {
  const own = engine.registry.get(call.type)?.manifest.timeout ?? 0;
  const over = overFor(engine, policy);
  if (own === 0) return over;
  const end = engine.now() + Math.max(own, policy.every);
  return over === 0 ? end : Math.min(end, over);
}

/** A rehearsal shortens the wait, and not the work of a reading: one that has begun in time may end. Milliseconds. */
const timeForAReading = 5000;

const overFor = (engine: Engine, { until }: ObservePolicy): Ms =>
  until === 0 || engine.plan.environment.timeScale === 1 ? until : Math.max(until, engine.now() + timeForAReading);

interface Waits {
  readonly until: string;
  readonly abortWhen?: string;
}

interface Round {
  readonly reading: Reading;
  readonly sample: Sample;
  readonly fault?: Fault;
}

async function sample(
  engine: Engine,
  call: ReadingCall,
  { until, abortWhen }: Waits,
  { onNoData }: Pick<ObservePolicy, 'onNoData'>,
): Promise<Round> {
  const reading = await read(engine, call);
  const t = engine.now();
  if (reading.is === 'noData') return { reading, sample: { t, holds: 'noData' }, fault: reading.fault };
  if (reading.is !== 'ok') return { reading, sample: { t, holds: 'error', fault: reading.fault.class }, fault: reading.fault };
  const facts = { value: reading.value, result: reading.result, ...(call.before === undefined ? {} : { before: call.before }) };
  const notYet = ({ verdict, fault }: ReturnType<typeof judgeReading>): Verdict =>
    onNoData === 'wait' && fault !== undefined && isMissing(fault) ? 'noData' : verdict;
  const held = judgeReading(engine, call.key, [until], facts);
  const abort = abortWhen === undefined ? undefined : judgeReading(engine, call.key, [abortWhen], facts);
  return {
    reading,
    sample: {
      t,
      holds: notYet(held),
      ...(held.fault === undefined ? {} : { fault: held.fault.class }),
      ...(abort === undefined ? {} : { abort: notYet(abort) }),
    },
    ...(held.fault === undefined ? {} : { fault: held.fault }),
  };
}

function cancelled(reading: Reading): Ending {
  const fault: Fault = { class: 'cancelled', code: 'cancelled', message: 'the wait was cancelled' };
  return { outcome: { is: 'cancelled', fault, ...(reading.result === undefined ? {} : { result: reading.result }) } };
}

function ending(state: WaitState, reading: Reading, fault: Fault | undefined, plan: Waits): Ending {
  const result = reading.result === undefined ? {} : { result: reading.result };
  const value = reading.is === 'ok' ? { value: reading.value } : {};
  const fails = (klass: Fault['class'], code: string, message: string): Ending => ({
    outcome: { is: 'failed', fault: { class: klass, code, message }, ...result, ...value },
  });
  const seen =
    reading.is === 'ok'
      ? `the last value is ${(reading.value.ref?.head ?? JSON.stringify(reading.value.json ?? null)).slice(0, 200)}`
      : reading.fault.message;
  switch (state.end) {
    case 'held':
      if (reading.is === 'ok')
        return { outcome: { is: 'ok', changed: false, value: reading.value, result: reading.result }, expect: 'true' };
      return fails('noData', 'no-data', seen);
    case 'aborted':
      return fails('validation', 'wait-aborted', `${plan.abortWhen ?? 'abortWhen'} came true: ${seen}`);
    case 'noData':
      return {
        outcome: {
          is: 'failed',
          fault: fault ?? { class: 'noData', code: 'no-data', message: 'the step returned no data' },
          ...result,
        },
      };
    case 'error':
      return { outcome: { is: 'failed', fault: fault ?? { class: 'expression', code: 'wait-error', message: seen }, ...result } };
    default:
      return fails('timeout', 'wait-timeout', `${plan.until} did not hold in time (${String(state.samples)} readings): ${seen}`);
  }
}

/** Journal: first reading, changes of verdict, failed connections, and one note in a while. Samples: every reading, unsynced. */
function createNotes(
  engine: Engine,
  key: Key,
  n: number,
  until: string,
): { take(reading: Reading, one: Sample, state: WaitState, deadline: Ms): void } {
  let lastVerdict: string | undefined;
  let lastNote = Number.NEGATIVE_INFINITY;
  let tries = 0;
  return {
    take: (reading, one, state, deadline) => {
      const value: Json = reading.is === 'ok' ? (reading.value.json ?? null) : null;
      appendFileSync(
        join(engine.directory.path, 'samples', `${key}.jsonl`),
        `${JSON.stringify({ t: Math.round(one.t), value, holds: one.holds })}\n`,
        { mode: 0o600 },
      );
      const unreachable = one.holds === 'error' && (one.fault === 'connection' || one.fault === 'timeout');
      const due = one.holds !== lastVerdict || unreachable || one.t - lastNote >= noteEveryMs;
      lastVerdict = one.holds;
      if (!due) return;
      lastNote = one.t;
      if (unreachable) tries += 1;
      const left = deadline === 0 ? {} : { left: `${String(Math.max(0, Math.round((deadline - one.t) / 1000)))}s` };
      const short = JSON.stringify(value).length > 200 ? 'large' : value;
      const holding =
        state.holdingSince === undefined ? {} : { holdsFor: `${String(Math.round((one.t - state.holdingSince) / 1000))}s` };
      const data: Json = unreachable
        ? { error: reading.is === 'ok' ? '' : reading.fault.message, attempt: tries, ...left }
        : { value: short, until, holds: one.holds, ...holding, ...left };
      engine.observed({ type: 'attempt.noted', key, n, note: unreachable ? 'connection' : 'wait', data });
    },
  };
}
