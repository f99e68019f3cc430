/** The lab as a whole: up, down, faults and healing. Every server is real, on loopback, on a port of its own. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertmanagerReady, launchAlertmanager } from './servers/alertmanager.ts';
import { kafkaReady, launchKafka } from './servers/kafka.ts';
import { launchPostgres, makePostgresDirectory, postgresReady } from './servers/postgres.ts';
import type { Process } from './servers/process.ts';
import { alive, end, fetchText, freePorts, launch, ready } from './servers/process.ts';
import { launchPrometheus, prometheusReady } from './servers/prometheus.ts';
import { launchRedis, redisReady } from './servers/redis.ts';
import { sourceFolder, writePrograms } from './programs.ts';
import type { LabState, Ports } from './state.ts';
import { controlUrl, labDirectory, readState, removeState, runDirectory, writeState } from './state.ts';

export interface UpOptions {
  readonly directory?: string;
  /** Ends the start early; what has been started is taken down again. */
  readonly signal?: AbortSignal;
}

/** Brings the lab up and returns when all of it works; a lab that runs already is used as it is. */
export async function up(options: UpOptions = {}): Promise<LabState> {
  const directory = options.directory ?? labDirectory();
  const running = readState(directory);
  if (running?.ready === true && running.processes.every(alive)) return running;
  if (running !== undefined) await down(directory);
  const services = join(sourceFolder(), '..', 'dist', 'lab-services.js');
  if (!existsSync(services)) throw new Error(`${services} is not there; run: npm run build`);
  const first = await prepare(directory);
  const lab = createStarter(first, services);
  try {
    await (options.signal === undefined ? lab.start() : Promise.race([lab.start(), aborted(options.signal)]));
    const state = { ...lab.state(), ready: true };
    writeState(state);
    return state;
  } catch (problem) {
    await lab.stop();
    await down(directory);
    throw problem;
  }
}

/** Ends exactly the processes that `up` has started, and removes what they wrote. */
export async function down(directory = labDirectory()): Promise<void> {
  const state = readState(directory);
  if (state === undefined) return;
  // PostgreSQL ends at once on INT; TERM would wait for its clients
  await Promise.all(state.processes.map((one) => end([one], 5000, one.name === 'postgres' ? 'SIGINT' : 'SIGTERM')));
  rmSync(state.postgresData, { recursive: true, force: true });
  rmSync(runDirectory(directory), { recursive: true, force: true });
  removeState(directory);
}

async function prepare(directory: string): Promise<LabState> {
  const [kafka = 0, controller = 0, redis = 0, postgres = 0, prometheus = 0, alertmanager = 0, control = 0] = await freePorts(7);
  const ports: Ports = { kafka, controller, redis, postgres, prometheus, alertmanager, control };
  rmSync(runDirectory(directory), { recursive: true, force: true });
  mkdirSync(runDirectory(directory), { recursive: true });
  const startedAt = new Date().toISOString();
  const state: LabState = { directory, startedAt, ports, processes: [], postgresData: makePostgresDirectory(), ready: false };
  writeState(state);
  writePrograms(state, sourceFolder());
  return state;
}

interface Starter {
  start(): Promise<void>;
  /** No more launches; returns when those under way are recorded. */
  stop(): Promise<void>;
  state(): LabState;
}

function createStarter(first: LabState, services: string): Starter {
  let state = first;
  let stopped = false;
  const launches: Promise<unknown>[] = [];
  const { ports } = first;
  const directory = runDirectory(first.directory);
  const server = async (starting: () => Promise<Process>, works: (one: Process) => Promise<void>): Promise<void> => {
    if (stopped) return;
    const launched = starting().then((one) => {
      state = { ...state, processes: [...state.processes, one] };
      writeState(state);
      return one;
    });
    launches.push(launched);
    await works(await launched);
  };
  const at = (port: number): { readonly directory: string; readonly port: number; readonly detached: true } => ({
    directory,
    port,
    detached: true,
  });
  const kafka = { ...at(ports.kafka), controllerPort: ports.controller };
  const redis = at(ports.redis);
  const postgres = { ...at(ports.postgres), data: first.postgresData };
  const prometheus = {
    ...at(ports.prometheus),
    scrapeTargets: [`127.0.0.1:${String(ports.control)}`],
    alertmanager: `127.0.0.1:${String(ports.alertmanager)}`,
  };
  const alertmanager = { ...at(ports.alertmanager), webhook: `${controlUrl(first)}/sink/alerts` };
  return {
    start: async () => {
      await Promise.all([
        server(
          () => launchKafka(kafka),
          (one) => kafkaReady(kafka, one),
        ),
        server(
          () => launchRedis(redis),
          (one) => redisReady(redis, one),
        ),
        server(
          () => launchPostgres(postgres),
          (one) => postgresReady(postgres, one),
        ),
        server(
          () => launchPrometheus(prometheus),
          (one) => prometheusReady(prometheus, one),
        ),
        server(
          () => launchAlertmanager(alertmanager),
          (one) => alertmanagerReady(alertmanager, one),
        ),
        server(
          () => launchServices(first, services),
          (one) => servicesReady(first, one),
        ),
      ]);
    },
    stop: async () => {
      stopped = true;
      await Promise.allSettled(launches);
    },
    state: () => state,
  };
}

async function launchServices(state: LabState, program: string): Promise<Process> {
  const directory = runDirectory(state.directory);
  const settings = {
    directory,
    controlPort: state.ports.control,
    brokers: [`127.0.0.1:${String(state.ports.kafka)}`],
    redisUrl: `redis://127.0.0.1:${String(state.ports.redis)}`,
  };
  const file = join(directory, 'services.json');
  writeFileSync(file, `${JSON.stringify(settings)}\n`);
  const log = join(directory, 'services.log');
  return launch({ name: 'services', command: process.execPath, args: [program, file], log, cwd: directory, detached: true });
}

const servicesReady = (state: LabState, one: Process): Promise<void> =>
  ready('services', async () => (await fetchText(`${controlUrl(state)}/ready`)) !== undefined, {
    within: 60_000,
    of: one,
    log: join(runDirectory(state.directory), 'services.log'),
  });

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => {
      reject(new Error('interrupted'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
