/** Which run answers which alert: read from the plans of the runs, so a server that starts anew knows what it knew. */
import type { AlertMark, Plan } from '../../interpreter/core/model/plan.ts';
import type { RunService } from '../../service/run-service.ts';

/** Of the newest runs. An alert that has been firing for longer than so many runs ago starts another one. */
const most = 2000;

export type KnownAlerts = Map<string, string>;

/** The same alert, when it fires again later, is another one. */
export const alertMark = ({ fingerprint, startsAt }: AlertMark): string => `${fingerprint} ${startsAt}`;

export async function knownAlerts(service: RunService): Promise<KnownAlerts> {
  const known: KnownAlerts = new Map();
  for (const { run } of (await service.list()).slice(-most))
    for (const mark of (await planOf(service, run)).alerts ?? []) known.set(alertMark(mark), run);
  return known;
}

export const planOf = async (service: RunService, run: string): Promise<Plan> =>
  JSON.parse((await service.files(run)).read('plan.json').toString()) as Plan;

/** The unfinished run that holds one of these locks. */
export async function lockHolder(service: RunService, { lock, locks = [] }: Plan): Promise<string | undefined> {
  const wanted = [lock, ...locks];
  for (const { run, state } of [...(await service.list())].reverse()) {
    if (state !== 'running' && state !== 'waiting') continue;
    const other = await planOf(service, run);
    if ([other.lock, ...(other.locks ?? [])].some((one) => wanted.includes(one))) return run;
  }
  return undefined;
}
