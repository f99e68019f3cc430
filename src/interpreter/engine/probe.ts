/** `doneWhen` before, after and in doubt; and the capture of old state for `undo: restore`. Reads only; safe to repeat. */
import type { Observation } from '../core/model/event.ts';
import type { Fault, Json, Key, Value } from '../core/model/value.ts';
import type { Done } from '../port/step-type.ts';
import type { Engine } from './context.ts';
import { placeOf } from './context.ts';
import type { ReadingCall } from './reading.ts';
import { judgeReading, probeProgram, read } from './reading.ts';
import { toValue, wholeOf } from './values.ts';

type Probed = Extract<Observation, { type: 'probe.finished' }>;
type Captured = Extract<Observation, { type: 'undo.captured' }>;

const probeTimeoutMs = 30_000;
const probeEveryMs = 1000;

export async function probe(engine: Engine, key: Key, when: Probed['when'], signal: AbortSignal): Promise<Probed> {
  const { node, instance } = placeOf(engine, key);
  const done = node.program.doneWhen;
  if (done === undefined) throw new Error(`${key} has no doneWhen`);
  const end = engine.now() + (when === 'before' ? 0 : (done.within ?? 0));
  for (;;) {
    const call: ReadingCall = {
      key,
      n: instance.n,
      type: done.type,
      program: probeProgram(done),
      effect: 'read',
      signal,
      until: engine.now() + probeTimeoutMs,
      ...(instance.before === undefined || when === 'before' ? {} : { before: instance.before }),
      idempotencyKey: `${engine.directory.id}/${key}`,
    };
    const reading = await read(engine, call);
    const base = { type: 'probe.finished', key, when } as const;
    if (reading.is !== 'ok') {
      if (engine.now() < end && !signal.aborted) {
        await engine.clock.sleep(probeEveryMs, signal);
        continue;
      }
      return { ...base, holds: reading.is === 'noData' ? 'noData' : 'error', fault: ofProbe(reading.fault) };
    }
    if (when === 'before' && done.comparesBefore) return { ...base, holds: 'false', before: reading.value };
    const facts = { value: reading.value, result: reading.result, ...(call.before === undefined ? {} : { before: call.before }) };
    const judged = judgeReading(engine, key, done.expect, facts);
    if (judged.verdict === 'true' || engine.now() >= end || signal.aborted) {
      const fault = judged.verdict === 'error' && judged.fault !== undefined ? { fault: ofProbe(judged.fault) } : {};
      return { ...base, holds: judged.verdict, ...(when === 'before' ? { before: reading.value } : {}), ...fault };
    }
    await engine.clock.sleep(Math.min(probeEveryMs, Math.max(1, end - engine.now())), signal);
  }
}

/** It is not the step that failed. */
const ofProbe = (fault: Fault): Fault => ({ ...fault, message: `doneWhen: ${fault.message}` });

/** A capture that touched a secret fails closed before the change: undo must never write a mask into production. */
export async function capture(engine: Engine, key: Key, signal: AbortSignal): Promise<Captured> {
  const { node, instance } = placeOf(engine, key);
  const base = { type: 'undo.captured', key } as const;
  let old: Value | undefined;
  const call: ReadingCall = {
    key,
    n: instance.n,
    type: node.type,
    ...(node.target === undefined ? {} : { target: node.target }),
    program: {
      params: node.program.params,
      ...(node.program.target === undefined ? {} : { target: node.program.target }),
      onNoData: 'absent',
    },
    effect: 'read',
    signal,
    until: engine.now() + probeTimeoutMs,
    idempotencyKey: `${engine.directory.id}/${key}`,
  };
  const reading = await read(engine, call, async (session, params, context) => {
    if (session.capture === undefined)
      return { ok: false, wire: 'notStarted', class: 'plugin', code: 'no-capture', message: 'this step type cannot capture' };
    const captured = await settled(session.capture(params, context));
    if (!captured.ok) return captured;
    old = toValue(captured.old, [], { redactor: engine.redactor, folder: `${engine.directory.path}/output` });
    return { ok: true, changed: false, result: null };
  });
  if (reading.is !== 'ok') return { ...base, fault: reading.fault };
  if (old === undefined || wholeOf(old, `${engine.directory.path}/output`) === undefined) {
    return {
      ...base,
      fault: {
        class: 'config',
        code: 'capture-secret',
        message: 'the old state contains a secret or is too large, so it could not be put back',
      },
    };
  }
  return { ...base, old };
}

type Settled = { readonly ok: true; readonly old: Json } | Extract<Done, { readonly ok: false }>;

/** What cannot be captured is thrown, in words for the operator. */
async function settled(captured: Promise<Json>): Promise<Settled> {
  try {
    return { ok: true, old: await captured };
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    return { ok: false, wire: 'notStarted', class: 'config', code: 'not-captured', message };
  }
}
