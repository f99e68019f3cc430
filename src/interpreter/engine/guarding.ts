/** Guards beside the run (`watch`): read every so often until the expectation stops holding; that is the trip. Cancelled at the end of the run. */
import type { Node } from '../core/model/plan.ts';
import type { Engine } from './context.ts';
import type { ReadingCall } from './reading.ts';
import { judgeReading, read } from './reading.ts';
import type { Ending } from './waiting.ts';

const defaultEveryMs = 5000;

export async function guard(engine: Engine, node: Node, call: ReadingCall): Promise<Ending> {
  const expect = node.program.expect ?? [];
  const hold = node.guard?.hold ?? 0;
  await untilRepeat(engine, node, call);
  let brokenSince: number | undefined;
  while (!call.signal.aborted) {
    const found = await look(engine, node, call, expect);
    if (call.signal.aborted) break;
    if (found === undefined) brokenSince = undefined;
    else {
      brokenSince ??= engine.now();
      const broken = engine.now() - brokenSince;
      if (broken >= hold) return found;
      call.progress?.({ text: `does not hold for ${seconds(broken)} of ${seconds(hold)}` });
    }
    await engine.clock.sleep(node.every ?? defaultEveryMs, call.signal);
  }
  return {
    outcome: { is: 'cancelled', fault: { class: 'cancelled', code: 'guard-ended', message: 'the guard was not needed' } },
  };
}

const seconds = (ms: number): string => `${String(Math.round(ms / 1000))}s`;

/** In force again some time after it tripped. What it counts while it holds (`for`) does not survive a crash: it is counted anew. */
async function untilRepeat(engine: Engine, { guard: own }: Node, call: ReadingCall): Promise<void> {
  const trippedAt = engine.state().instances[call.key]?.trippedAt;
  if (own?.repeat === undefined || trippedAt === undefined) return;
  const left = trippedAt + own.repeat - engine.now();
  if (left > 0) await engine.clock.sleep(left, call.signal);
}

/** Undefined while the expectation holds; a reading that fails trips too: a guard that sees nothing guards nothing. */
async function look(engine: Engine, node: Node, call: ReadingCall, expect: readonly string[]): Promise<Ending | undefined> {
  if (node.kind === 'check') {
    const judged = judgeReading(engine, call.key, expect, { value: { json: null }, result: { json: null } });
    return judged.verdict === 'true' ? undefined : tripped(judged.fault?.message ?? `${expect.join(' and ')} does not hold`);
  }
  // The guard has no end, its readings do: one that never ends would see nothing, and say nothing.
  const until = node.timeout === 0 ? call.until : engine.now() + node.timeout;
  const reading = await read(engine, { ...call, until });
  if (reading.is !== 'ok') return tripped(reading.fault.message);
  const judged = judgeReading(engine, call.key, expect, { value: reading.value, result: reading.result });
  return judged.verdict === 'true' ? undefined : tripped(judged.fault?.message ?? `${expect.join(' and ')} does not hold`);
}

function tripped(message: string): Ending {
  return { outcome: { is: 'failed', fault: { class: 'validation', code: 'guard-tripped', message } } };
}
