/** What people say to a run: refused by its validator, or on record with the number of its record. The first valid answer counts. */
import * as temporal from '@temporalio/workflow';
import { heard } from '../../interpreter/engine/hear.ts';
import type { Act } from '../../interpreter/link/protocol.ts';
import { inputOf, whyRefused } from '../../interpreter/link/permission.ts';
import type { Said, SaidEnd } from '../protocol.ts';
import { at, begunAgain } from './activities.ts';
import { caughtUp } from './perform.ts';
import type { Run } from './run-state.ts';
import { append } from './run-state.ts';

/** Before anything of the act is kept: why it is refused, as an engine refuses it at its socket. */
export function whyNotSaid(run: Run, { id, act, by }: Said): string | undefined {
  if (run.said.has(id)) return undefined;
  const state = run.state.run === '' ? undefined : run.state;
  return whyRefused(run.order.plan, state, act, { mode: 'command', holds: false, actor: by });
}

export async function say(run: Run, said: Said): Promise<SaidEnd> {
  const before = run.said.get(said.id);
  if (before !== undefined) return before;
  const end = await onRecord(run, said);
  run.said.set(said.id, end);
  return end;
}

async function onRecord(run: Run, said: Said): Promise<SaidEnd> {
  const masked = carriesWords(said.act) ? await maskedBy(run, said) : { ok: true as const, act: said.act };
  if (!masked.ok) return masked;
  // Somebody else may have been quicker meanwhile.
  const why = whyNotSaid(run, { ...said, act: masked.act });
  if (why !== undefined) return { ok: false, why };
  const { input, ending } = inputOf(said.id, masked.act, said.by);
  const record = append(run, heard(input, run.order, run.state));
  const end = ending(record);
  if (end === undefined) return { ok: false, why: 'the act did not become a record' };
  return end.ok ? { ok: true, seq: record.seq } : end;
}

/** Words of people may contain a secret, which only workers know. */
function carriesWords(act: Act): boolean {
  if (act.is === 'take') return false;
  if (act.is === 'answer') return act.reason !== undefined || act.value !== undefined;
  return act.control.is === 'note' || act.control.is === 'input' || act.control.reason !== undefined;
}

type Worded = { readonly ok: true; readonly act: Act } | { readonly ok: false; readonly why: string };

async function maskedBy(run: Run, said: Said): Promise<Worded> {
  try {
    const { queue } = run.order;
    const masked = await begunAgain(() => caughtUp(run, queue, (catching) => at(run, queue).mask(said, catching)));
    return masked.is === 'masked' ? { ok: true, act: masked.act } : { ok: false, why: masked.why };
  } catch (problem) {
    const cause = problem instanceof temporal.ActivityFailure ? problem.cause : problem;
    return { ok: false, why: `no worker could take the words: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
}
