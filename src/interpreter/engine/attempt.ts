/** `attempt`: performs one attempt of an instance, or the undo of one; ends in exactly one attempt.finished. */
import type { Observation } from '../core/model/event.ts';
import type { Node } from '../core/model/plan.ts';
import type { Fault, Key, Ms } from '../core/model/value.ts';
import { evaluate } from '../language/cel/condition.ts';
import type { Engine } from './context.ts';
import { bindInputs } from './call-inputs.ts';
import { placeOf, scopeFor } from './context.ts';
import { changedMeanwhile } from '../port/step-type.ts';
import type { ReadingCall, Reading } from './reading.ts';
import { judgeReading, read } from './reading.ts';
import { guard } from './guarding.ts';
import type { Ending } from './waiting.ts';
import { standInFor } from './stand-in.ts';
import { wait } from './waiting.ts';
import { toValue, wholeOf } from './values.ts';

type Finished = Extract<Observation, { type: 'attempt.finished' }>;

export async function attempt(
  engine: Engine,
  command: { readonly key: Key; readonly n: number; readonly role: 'do' | 'undo'; readonly until: Ms },
  { signal, force }: { readonly signal: AbortSignal; readonly force: AbortSignal },
): Promise<Finished> {
  const { node, instance } = placeOf(engine, command.key);
  const base = { type: 'attempt.finished', key: command.key, n: command.n, role: command.role } as const;
  const call: ReadingCall = {
    key: command.key,
    n: command.n,
    type: node.type,
    ...(node.target === undefined ? {} : { target: node.target }),
    program: node.program,
    effect: instance.effect ?? node.effect,
    signal,
    force,
    until: command.until,
    ...(instance.before === undefined ? {} : { before: instance.before }),
    idempotencyKey: `${engine.directory.id}/${command.key}`,
    progress: throttled(engine, command.key, command.n),
  };
  const standIn = standInFor(engine, node, call, command.role);
  if (standIn !== undefined) return { ...base, ...standIn };
  try {
    const own: ReadingCall = instance.overForeign === 'overwrite' ? { ...call, overwrite: true } : call;
    if (command.role === 'undo') return { ...base, ...(await restore(engine, own, command.key)) };
    if (node.restores === true) return { ...base, ...(await restore(engine, own, instance.undoFor ?? '')) };
    if (node.lane === 'watch' && node.parent === undefined) return { ...base, ...(await guard(engine, node, call)) };
    if (node.program.bind !== undefined) return { ...base, ...(await bindInputs(engine, node, node.program.bind, command.key)) };
    if (node.kind === 'check') return { ...base, ...checkOnly(engine, node, command.key) };
    if (node.program.observe !== undefined) return { ...base, ...(await wait(engine, node, call)) };
    return { ...base, ...once(engine, node, call, await read(engine, call)) };
  } catch (problem) {
    // A defect of ours must end this attempt, not the engine; whether it had an effect is not known (F8).
    const message = engine.redactor.text(problem instanceof Error ? problem.message : String(problem));
    return { ...base, outcome: { is: 'unknown', fault: { class: 'plugin', code: 'internal', message } } };
  }
}

function once(engine: Engine, node: Node, call: ReadingCall, reading: Reading): Ending {
  const output = reading.output === undefined ? {} : { output: reading.output };
  if (reading.is !== 'ok') {
    const is = reading.is === 'noData' ? 'failed' : reading.is;
    return {
      outcome: {
        is,
        fault: reading.fault,
        ...(reading.result === undefined ? {} : { result: reading.result }),
        ...(reading.changed !== undefined ? { changed: reading.changed } : {}),
      },
      ...output,
    };
  }
  const outcome = { is: 'ok', changed: reading.changed, value: reading.value, result: reading.result } as const;
  if (node.program.expect === undefined) return { outcome, ...output };
  const facts = { value: reading.value, result: reading.result, ...(call.before === undefined ? {} : { before: call.before }) };
  const judged = judgeReading(engine, call.key, node.program.expect, facts);
  return { outcome, expect: judged.verdict, ...(judged.fault === undefined ? {} : { fault: judged.fault }), ...output };
}

/** Expressions only: `value`, then `expect` over it. Also performed on every reading of a guard without a type. */
export function checkOnly(engine: Engine, node: Node, key: Key): Ending {
  const sink = { redactor: engine.redactor, folder: `${engine.directory.path}/output` };
  const { value: source, expect } = node.program;
  const found = source === undefined ? undefined : evaluate(source, scopeFor(engine, key));
  if (found !== undefined && !found.ok) return { outcome: { is: 'failed', fault: found.fault } };
  const value =
    found === undefined
      ? { json: null }
      : toValue(found.value, found.int64, sink, found.times === undefined ? {} : { times: found.times });
  const outcome = { is: 'ok', changed: false, value, result: value } as const;
  if (expect === undefined) return { outcome };
  const judged = judgeReading(engine, key, expect, { value, result: value });
  return { outcome, expect: judged.verdict, ...(judged.fault === undefined ? {} : { fault: judged.fault }) };
}

/** Puts back what was captured; the runner compares before it sets (F49). */
async function restore(engine: Engine, call: ReadingCall, of: Key): Promise<Ending & Pick<Finished, 'conflict'>> {
  const old = engine.state().instances[of]?.undo;
  const lost: Fault = { class: 'config', code: 'nothing-captured', message: 'the old state was not captured' };
  const captured = wholeOf(old, `${engine.directory.path}/output`);
  if (captured === undefined) return { outcome: { is: 'failed', fault: lost } };
  const reading = await read(engine, call, async (session, params, context) => {
    if (session.restore === undefined)
      return { ok: false, wire: 'notStarted', class: 'plugin', code: 'no-restore', message: 'this step type cannot restore' };
    return session.restore(captured, params, context);
  });
  if (reading.is === 'ok')
    return { outcome: { is: 'ok', changed: reading.changed, value: reading.value, result: reading.result } };
  const isConflict =
    call.overwrite !== true &&
    reading.fault.code === changedMeanwhile &&
    (reading.is === 'failed' || reading.is === 'notStarted');
  return {
    outcome: { is: reading.is === 'noData' ? 'failed' : reading.is, fault: reading.fault },
    ...(isConflict ? { conflict: true } : {}),
  };
}

const progressEveryMs = 5000;

function throttled(engine: Engine, key: Key, n: number): NonNullable<ReadingCall['progress']> {
  let last = Number.NEGATIVE_INFINITY;
  return (data) => {
    if (engine.now() - last < progressEveryMs) return;
    last = engine.now();
    engine.observed({ type: 'attempt.noted', key, n, note: 'progress', data: engine.redactor.json(data).json });
  };
}
