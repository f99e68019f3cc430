/** Guards beside the run (`watch`): read every so often until the expectation stops holding; that is the trip. Cancelled at the end of the run. */
import type { Node } from '../core/model/plan.ts';
import type { Engine } from './context.ts';
import type { Call } from './reading.ts';
import { judge, read } from './reading.ts';
import type { Ending } from './waiting.ts';

const defaultEveryMs = 5000;

export async function guard(engine: Engine, node: Node, call: Call): Promise<Ending> {
  const expect = node.program.expect ?? [];
  const hold = node.program.observe?.hold ?? 0;
  let brokenSince: number | undefined;
  while (!call.signal.aborted) {
    const found = await look(engine, node, call, expect);
    if (call.signal.aborted) break;
    if (found === undefined) brokenSince = undefined;
    else {
      brokenSince ??= engine.now();
      if (engine.now() - brokenSince >= hold) return found;
    }
    await engine.clock.sleep(node.every ?? defaultEveryMs, call.signal);
  }
  return {
    outcome: { is: 'cancelled', fault: { class: 'cancelled', code: 'guard-ended', message: 'the guard was not needed' } },
  };
}

/** Undefined while the expectation holds; a reading that fails trips too: a guard that sees nothing guards nothing. */
async function look(engine: Engine, node: Node, call: Call, expect: readonly string[]): Promise<Ending | undefined> {
  if (node.kind === 'check') {
    const judged = judge(engine, call.key, expect, { value: { json: null }, result: { json: null } });
    return judged.verdict === 'true' ? undefined : tripped(judged.fault?.message ?? `${expect.join(' and ')} does not hold`);
  }
  // The guard has no end, its readings do: one that never ends would see nothing, and say nothing.
  const until = node.timeout === 0 ? call.until : engine.now() + node.timeout;
  const reading = await read(engine, { ...call, until });
  if (reading.is !== 'ok') return tripped(reading.fault.message);
  const judged = judge(engine, call.key, expect, { value: reading.value, result: reading.result });
  return judged.verdict === 'true' ? undefined : tripped(judged.fault?.message ?? `${expect.join(' and ')} does not hold`);
}

function tripped(message: string): Ending {
  return { outcome: { is: 'failed', fault: { class: 'validation', code: 'guard-tripped', message } } };
}
