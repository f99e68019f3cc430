/** `runbook worker`: carries runs of a team from a queue of Temporal, and performs their steps here. */
import { join } from 'node:path';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { writableStateRoot } from '../console/state-root.ts';
import { isZone, zoneHint } from '../interpreter/config/zones.ts';
import { parseDuration } from '../interpreter/language/duration.ts';
import { defaults } from '../team/defaults.ts';
import { printError } from '../console/terminal.ts';

export interface WorkerCommandOptions {
  readonly address?: string;
  readonly namespace?: string;
  readonly queue?: string;
  readonly zone?: string;
  readonly config?: string;
  readonly attempts?: string;
  readonly heartbeat?: string;
}

export async function worker(options: WorkerCommandOptions): Promise<number> {
  if (options.zone !== undefined && !isZone(options.zone))
    throw usage(`--zone ${options.zone} is not the name of a zone`, zoneHint.replace('zone: ', '--zone '));
  const { runWorker } = await import('../team/worker/worker.ts');
  await runWorker({
    address: options.address ?? defaults.address,
    namespace: options.namespace ?? defaults.namespace,
    queue: options.queue ?? defaults.queue,
    ...(options.zone === undefined ? {} : { zone: options.zone }),
    ...(options.config === undefined ? {} : { config: options.config }),
    attempts: countOf(options.attempts ?? String(defaults.attempts)),
    heartbeatMs: heartbeatOf(options.heartbeat),
    stickyMs: heartbeatOf(options.heartbeat) / 2,
    root: join(writableStateRoot(), 'team'),
    tell: (line) => void printError(line),
  });
  return exitCodes.succeeded;
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw usage(`--attempts ${text} is not a number of attempts`, 'for example --attempts 50');
  return count;
}

/** `--heartbeat`, ms: how long a worker may be silent before what it performs counts as lost. */
export function heartbeatOf(text: string = defaults.heartbeat): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 500)
    throw usage(`--heartbeat ${text} is not a duration of half a second or more`, 'for example --heartbeat 10s');
  return ms;
}
