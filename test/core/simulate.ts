/** Runs of the core in worlds of functions, and outcomes to make worlds of. */
import type { Actor, Value } from '../../src/interpreter/core/model/value.ts';
import type { Played, VirtualRun } from '../../src/interpreter/rehearsal/paths/virtual-engine.ts';
import { starter, virtualRun } from '../../src/interpreter/rehearsal/paths/virtual-engine.ts';

export type { Played, VirtualWorld } from '../../src/interpreter/rehearsal/paths/virtual-engine.ts';
export type Run = VirtualRun;
export const simulate: typeof virtualRun = virtualRun;
export const ana: Actor = starter;
export const nothing: Value = { json: null };
export const ok: Played = { outcome: { is: 'ok', changed: true, value: nothing, result: nothing } };

export function failing(
  kind: 'connection' | 'validation' | 'exit-code' = 'exit-code',
  is: 'failed' | 'notStarted' | 'unknown' = 'failed',
): Played {
  return { outcome: { is, fault: { class: kind, code: 'test', message: 'as the world wants it' } } };
}
