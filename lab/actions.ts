/** What can be done to a world that is up. */
import { ready } from './servers/process.ts';
import { query } from './servers/prometheus.ts';
import type { LabState } from './state.ts';
import { controlUrl, prometheusUrl } from './state.ts';
import { findWorld } from './worlds/find.ts';

/** Injects a fault and waits until Prometheus has shown it, where the world says what that is. */
export async function fault(state: LabState, name: string): Promise<void> {
  const { faults } = findWorld(state.world);
  const known = Object.hasOwn(faults, name) ? faults[name] : undefined;
  if (known === undefined)
    throw new Error(`the world ${state.world} has no fault ${name}; known: ${Object.keys(faults).join(', ')}`);
  await post(state, `/faults/${encodeURIComponent(name)}`);
  if (known.shows !== undefined) await shown(state, known.shows, `the fault ${name}`);
}

/** Undoes faults, disabled remedies and what runs have changed, empties the sinks, and waits until Prometheus shows a healthy world. */
export async function heal(state: LabState): Promise<void> {
  await post(state, '/heal');
  const { healthy } = findWorld(state.world);
  if (healthy !== undefined) await shown(state, healthy, `the world ${state.world}`);
}

/** From now on the remedy answers success without acting; `heal` ends that. */
export async function disable(state: LabState, remedy: string): Promise<void> {
  const { remedies = [] } = findWorld(state.world);
  if (!remedies.includes(remedy))
    throw new Error(`the world ${state.world} has no remedy ${remedy}; known: ${remedies.join(', ')}`);
  await post(state, `/disabled/${encodeURIComponent(remedy)}`);
}

async function post(state: LabState, path: string): Promise<void> {
  const reply = await fetch(`${controlUrl(state)}${path}`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(180_000) });
  const body = (await reply.json()) as { readonly error?: string };
  if (reply.status !== 200) throw new Error(`${path} answered ${String(reply.status)}: ${body.error ?? ''}`);
}

const shown = (state: LabState, expression: string, what: string): Promise<void> =>
  ready(what, async () => (await query(prometheusUrl(state), expression)) !== undefined, { within: 180_000 });
