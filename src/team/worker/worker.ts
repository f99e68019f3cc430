/** A worker of a team: takes runs, or steps of one zone, from its queue and performs them until it is told to stop. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Ms } from '../../interpreter/core/model/value.ts';
import { bundledCode } from '../code.ts';
import { dataConverter } from '../codec.ts';
import { hostQueue, zoneQueue } from '../protocol.ts';
import type { LogEntry, TeamWorker } from '../sdk.ts';
import { activitySdk, clientSdk, workerSdk } from '../sdk.ts';
import { activitiesOf } from './activities.ts';
import { createReplicas } from './replicas.ts';

export interface WorkerOptions {
  readonly address: string;
  readonly namespace: string;
  readonly queue: string;
  readonly zone?: string;
  readonly config?: string;
  /** How long this worker may be silent: a fifth of it lies between two signs of life. */
  readonly heartbeatMs: Ms;
  /** How long a task may stay with a worker that does not take it, before another one gets it. */
  readonly stickyMs: Ms;
  /** Most attempts at once. */
  readonly attempts: number;
  /** Where replicas and versions of the code are kept. */
  readonly root: string;
  readonly tell: (line: string) => void;
}

/** How long attempts that run may take to end after the worker was told to stop, ms; then they are cut off and in doubt. */
const graceMs = 30_000;

/** Resolves when it was told to stop (SIGTERM, SIGINT) and has. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const [sdk, clients, activity] = [workerSdk(), clientSdk(), activitySdk()];
  sdk.Runtime.install({ logger: new sdk.DefaultLogger('WARN', logTo(options.tell)) });
  const connection = await sdk.NativeConnection.connect({ address: options.address });
  const client = new clients.Client({ connection, namespace: options.namespace, dataConverter });
  mkdirSync(join(options.root, 'replicas'), { recursive: true, mode: 0o700 });
  const root = mkdtempSync(join(options.root, 'replicas', `${String(process.pid)}-`));
  const { zone, config } = options;
  const host = hostname();
  const replicas = createReplicas({
    client,
    sdk: clients,
    host,
    root,
    ...(zone === undefined ? {} : { zone }),
    ...(config === undefined ? {} : { config }),
  });
  const activities = activitiesOf({ client, sdk: clients, host, root }, replicas, activity);
  const common = {
    connection,
    namespace: options.namespace,
    dataConverter,
    shutdownGraceTime: graceMs,
    // What is handed to a worker that is frozen comes back late: it asks for few at a time.
    activityTaskPollerBehavior: asking(3),
    maxHeartbeatThrottleInterval: options.heartbeatMs / 5,
    defaultHeartbeatThrottleInterval: options.heartbeatMs / 5,
  };
  try {
    const workers: TeamWorker[] = [
      zone === undefined
        ? await runsWorker()
        : await sdk.Worker.create({ ...common, taskQueue: zoneQueue(options.queue, zone), ...limits(), activities }),
      await sdk.Worker.create({
        ...common,
        taskQueue: hostQueue(options.queue, host),
        activityTaskPollerBehavior: asking(1),
        activities: { survivors: (run: string, key: string, n: number) => activities.survivors(run, key, n) },
      }),
    ];
    const ended = Promise.all(workers.map((one) => one.run()));
    options.tell(`ready: ${options.queue}${zone === undefined ? '' : `, zone ${zone}`} at ${options.address}`);
    await ended;
  } finally {
    await replicas.close();
    rmSync(root, { recursive: true, force: true });
    await connection.close();
  }

  async function runsWorker(): Promise<TeamWorker> {
    const { code } = await bundledCode(sdk, join(options.root, 'workflows'));
    return sdk.Worker.create({
      ...common,
      ...limits(),
      taskQueue: options.queue,
      workflowBundle: { code },
      activities,
      stickyQueueScheduleToStartTimeout: options.stickyMs,
      workflowTaskPollerBehavior: asking(4),
    });
  }

  function limits(): object {
    return { maxConcurrentActivityTaskExecutions: options.attempts };
  }
}

/** So many tasks at once; the plain numbers among its options the SDK does not heed. */
const asking = (maximum: number) => ({ type: 'simple-maximum', maximum });

/** What the SDK says, and in our words what a person has to do about. */
function logTo(tell: (line: string) => void): (entry: LogEntry) => void {
  const told = new Set<string>();
  return ({ level, message, meta }) => {
    const [, type] = /workflow of type '(\w+-\w+)'/.exec(String(meta?.['error'])) ?? [];
    if (type === undefined)
      return tell(`${level.toLowerCase()}: ${message}${meta === undefined ? '' : ` ${JSON.stringify(meta, errorsToo)}`}`);
    if (told.has(type)) return undefined;
    told.add(type);
    return tell(
      `warning: a run began with another version of runbook (${type}), whose code this worker lacks: start a worker of that version`,
    );
  };
}

const errorsToo = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value instanceof Error ? value.message : value;
