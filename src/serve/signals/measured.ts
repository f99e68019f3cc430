/** Runs and open questions as they are now, read from the records, beside what the server has counted. */
import { questionsOf } from '../../interpreter/engine/operator.ts';
import type { RunListing } from '../../interpreter/store/run-directory.ts';
import type { House } from '../house.ts';
import { seenRun } from '../live/hub.ts';
import type { MetricSample } from './counts.ts';

export async function measured({ service, counts }: House): Promise<readonly MetricSample[]> {
  const runs = await service.list();
  const waiting = runs.filter(({ state }) => state === 'waiting');
  const asked = await Promise.all(waiting.map(async ({ run }) => seenRun(service, run)));
  const kinds = asked.flatMap(({ plan, state }) => questionsOf(plan, state).map(({ ask }) => ask));
  return [
    ...tally('runbook_runs', runs.map(runLabels)),
    ...tally('runbook_questions_open', [...kinds.map((ask) => ({ ask }))]),
    ...counts.all(),
  ];
}

const runLabels = ({ state, outcome }: RunListing): MetricSample['labels'] => ({
  state,
  ...(outcome === undefined ? {} : { outcome }),
});

function tally(name: string, all: readonly MetricSample['labels'][]): readonly MetricSample[] {
  const counted = new Map<string, MetricSample>();
  for (const labels of all) {
    const key = JSON.stringify(labels);
    counted.set(key, { name, labels, value: (counted.get(key)?.value ?? 0) + 1 });
  }
  return [...counted.values()];
}
