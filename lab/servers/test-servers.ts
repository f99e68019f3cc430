/** Real servers for tests: each on free ports of loopback, in a folder of its own, gone when the test process ends. */
import { mkdirSync, mkdtempSync, rmSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaReady, launchKafka } from './kafka.ts';
import { launchPostgres, makePostgresDirectory, postgresReady } from './postgres.ts';
import type { Process } from './process.ts';
import { end, freePorts, signal } from './process.ts';
import type { PrometheusOptions } from './prometheus.ts';
import { launchPrometheus, prometheusReady } from './prometheus.ts';
import { launchRedis, redisReady } from './redis.ts';

export interface TestServer {
  readonly port: number;
  /** Of the process that runs now; after `restart` another one. */
  readonly pid: number;
  /** Ends it politely and removes its folder. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections open, nothing answers from the moment that this returns. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same port, after stop or kill; Kafka keeps its data after kill. */
  restart(): Promise<void>;
}

export interface TestRedis extends TestServer {
  readonly url: string;
}
export interface TestKafka extends TestServer {
  readonly brokers: readonly string[];
}
export interface TestPrometheus extends TestServer {
  readonly url: string;
}

export interface TestPostgres extends TestServer {
  /** Entry of a target without `type`; nobody is asked for a password until the test changes pg_hba.conf in `data`. */
  readonly target: { readonly host: string; readonly port: number; readonly database: string; readonly user: string };
  readonly data: string;
}

export const startRedis = (): Promise<TestRedis> =>
  start('redis', 1, ([port = 0], directory) => {
    const options = { directory, port, detached: false };
    return {
      extra: { url: `redis://127.0.0.1:${String(port)}` },
      launch: () => launchRedis(options),
      ready: (one) => redisReady(options, one),
    };
  });

/** `advertise`: clients are told the port that it returns, of a proxy of the test. */
export const startKafka = (what: { readonly advertise?: (port: number) => number } = {}): Promise<TestKafka> =>
  start('kafka', 2, ([port = 0, controllerPort = 0], directory) => {
    const advertised = what.advertise?.(port) ?? port;
    const options = { directory, port, controllerPort, advertised, detached: false };
    return {
      extra: { brokers: [`127.0.0.1:${String(port)}`] },
      launch: (again) => launchKafka(options, again),
      ready: (one) => kafkaReady(options, one),
    };
  });

export const startPostgres = (): Promise<TestPostgres> =>
  start('postgres', 1, ([port = 0], directory) => {
    const data = makePostgresDirectory();
    const options = { directory, data, port, detached: false };
    return {
      extra: { data, target: { host: '127.0.0.1', port, database: 'postgres', user: 'postgres' } },
      // Its answer to SIGTERM is to wait until all clients are gone.
      stopSignal: 'SIGINT',
      clean: () => {
        rmSync(data, { recursive: true, force: true });
      },
      launch: (again) => launchPostgres(options, again),
      ready: (one) => postgresReady(options, one),
    };
  });

/** `scrapeTargets`: `host:port` of exporters of the test; ready once all of them have a sample. */
export const startPrometheus = (
  what: { readonly scrapeTargets?: readonly string[]; readonly rules?: PrometheusOptions['rules'] } = {},
): Promise<TestPrometheus> =>
  start('prometheus', 1, ([port = 0], directory) => {
    const options = { directory, port, detached: false, scrapeTargets: what.scrapeTargets ?? [], rules: what.rules ?? [] };
    return {
      extra: { url: `http://127.0.0.1:${String(port)}` },
      launch: () => launchPrometheus(options),
      ready: (one) => prometheusReady(options, one),
    };
  });

export interface Recipe<Extra> {
  readonly extra: Extra;
  readonly launch: (again: boolean) => Promise<Process>;
  readonly ready: (one: Process) => Promise<void>;
  /** SIGTERM unless said. */
  readonly stopSignal?: NodeJS.Signals;
  /** What lies outside its folder. */
  readonly clean?: () => void;
}

/** For servers with settings of their own. A port that was free may be taken by the time the server wants it: then once more with others. */
export async function start<Extra extends object>(
  name: string,
  portCount: number,
  recipe: (ports: readonly number[], directory: string) => Recipe<Extra>,
): Promise<Extra & TestServer> {
  for (let attempt = 1; ; attempt += 1) {
    const directory = mkdtempSync(join(tmpdir(), `runbook-test-${name}-`));
    const ports = await freePorts(portCount);
    const made = recipe(ports, directory);
    const one = await made.launch(false);
    try {
      await made.ready(one);
      return running(ports[0] ?? 0, directory, one, made);
    } catch (problem) {
      await end([one], 0);
      rmSync(directory, { recursive: true, force: true });
      made.clean?.();
      if (attempt === 3) throw problem;
    }
  }
}

/** A signal stops the threads of a process one after the other: a query may slip through meanwhile. */
function freeze(one: Process): void {
  if (!signal(one, 'SIGSTOP')) return;
  const tasks = `/proc/${String(one.pid)}/task`;
  const until = Date.now() + 2000;
  const stopped = (task: string): boolean => {
    try {
      return /\) T /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8'));
    } catch {
      return true; // a thread that has ended
    }
  };
  while (Date.now() < until && !readdirSync(tasks).every(stopped))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

function running<Extra extends object>(port: number, directory: string, first: Process, made: Recipe<Extra>): Extra & TestServer {
  let now = first;
  const atExit = (): void => {
    signal(now, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    made.clean?.();
  };
  process.once('exit', atExit);
  const own: TestServer = {
    port,
    get pid() {
      return now.pid;
    },
    stop: async () => {
      await end([now], 5000, made.stopSignal);
      process.off('exit', atExit);
      rmSync(directory, { recursive: true, force: true });
      made.clean?.();
    },
    kill: () => end([now], 5000, 'SIGKILL'),
    pause: () => {
      freeze(now);
    },
    resume: () => void signal(now, 'SIGCONT'),
    restart: async () => {
      await end([now], 5000, made.stopSignal);
      mkdirSync(directory, { recursive: true });
      process.off('exit', atExit);
      process.once('exit', atExit);
      now = await made.launch(true);
      await made.ready(now);
    },
  };
  // not by spreading: that would freeze the pid of the first start
  return Object.assign(own, made.extra);
}
