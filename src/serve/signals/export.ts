/** Sends the trace of each run to a collector when the run has finished. A collector that is not there costs the run nothing. */
import type { Counts } from './counts.ts';
import type { Hub, RunSeen } from '../live/hub.ts';
import { traceOf } from './traces.ts';

const limitMs = 10_000;

export interface Exporter {
  /** Follows a run to its end. */
  follow(run: string): void;
}

export function traceExporter(endpoint: string, hub: Hub, counts: Counts, stopping: AbortSignal): Exporter {
  const send = async (run: string): Promise<void> => {
    let last: RunSeen | undefined;
    await hub.watch(run, (seen) => (last = seen), stopping);
    if (last?.state.phase !== 'finished') return;
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(traceOf(last.plan, last.records)),
      signal: AbortSignal.timeout(limitMs),
    });
    counts.add('runbook_serve_traces_total', { taken: answer.ok ? 'yes' : 'no' });
  };
  return {
    follow: (run) => {
      send(run).catch(() => {
        counts.add('runbook_serve_traces_total', { taken: 'no' });
      });
    },
  };
}
