/** What can be done to a lab that is up. */
import { ready } from './servers/process.ts';
import type { LabState } from './state.ts';
import { controlUrl, prometheusUrl } from './state.ts';

/** Injects a fault and waits until Prometheus has shown it for some seconds: only then the alert holds. */
export async function fault(state: LabState, name: string): Promise<void> {
  await post(state, `/faults/${encodeURIComponent(name)}`, `there is no fault ${name}; known: ws-desync`);
  // Counted, not the minimum: right after a heal some of the seconds have no ratio, and no ratio is not a high one.
  await ratio(state, 'count_over_time((max(ws_sequence_gap_ratio) > 0.02)[5s:1s]) >= 5', 'the gap ratio above 2 %');
}

/** Undoes faults, disabled remedies and flags, empties the sinks, and waits until Prometheus shows a healthy ratio. */
export async function heal(state: LabState): Promise<void> {
  await post(state, '/heal', 'heal is not known');
  await ratio(state, 'max(ws_sequence_gap_ratio) < 0.005 and on() count(ws_sequence_gap_ratio >= 0) == 2', 'a healthy gap ratio');
}

/** From now on the remedy answers success without acting; `heal` ends that. */
export const disable = (state: LabState, remedy: string): Promise<unknown> =>
  post(
    state,
    `/disabled/${encodeURIComponent(remedy)}`,
    `there is no remedy ${remedy}; known: pause, rebuildCache, syncOffsets, resume`,
  );

async function post(state: LabState, path: string, absent: string): Promise<unknown> {
  const reply = await fetch(`${controlUrl(state)}${path}`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(60_000) });
  const body = (await reply.json()) as { readonly error?: string };
  if (reply.status === 404) throw new Error(absent);
  if (reply.status !== 200) throw new Error(`${path} answered ${String(reply.status)}: ${body.error ?? ''}`);
  return body;
}

/** Value of an instant query's first series; undefined: none. */
export async function query(state: LabState, expression: string): Promise<number | undefined> {
  const url = `${prometheusUrl(state)}/api/v1/query?query=${encodeURIComponent(expression)}`;
  const reply = (await (await fetch(url, { signal: AbortSignal.timeout(2000) })).json()) as {
    readonly data?: { readonly result?: readonly { readonly value: readonly [number, string] }[] };
  };
  const value = reply.data?.result?.[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}

const ratio = (state: LabState, expression: string, what: string): Promise<void> =>
  ready(what, async () => (await query(state, expression)) !== undefined, { within: 60_000 });
