/** A world as a whole: up and down. Every server is real, on loopback, on a port of its own. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeHosts, sshPort } from './hosts.ts';
import { builtProgram, toolsOf, writePrograms } from './programs.ts';
import type { Demands, Startable } from './servers/of-a-world.ts';
import { startable } from './servers/of-a-world.ts';
import { makePostgresDirectory } from './servers/postgres.ts';
import type { Process } from './servers/process.ts';
import { alive, end, fetchText, freePorts, launch, ready } from './servers/process.ts';
import type { LabState } from './state.ts';
import { controlUrl, readState, removeState, runDirectory, worldDirectory, writeState } from './state.ts';
import { recordedChildren } from './supervisor/leftovers.ts';
import { findWorld } from './worlds/find.ts';
import type { World } from './worlds/world.ts';

export interface UpOptions {
  /** Folder of all worlds, if another than usual. */
  readonly root?: string;
  /** Ends the start early; what has been started is taken down again. */
  readonly signal?: AbortSignal;
}

/** Brings a world up and returns when all of it works; a world that is up already is used unchanged. */
export async function up(name: string, options: UpOptions = {}): Promise<LabState> {
  const world = findWorld(name);
  const directory = worldDirectory(name, options.root);
  const running = readState(directory);
  if (running?.ready === true && running.processes.every(alive)) return running;
  if (running !== undefined) await down(directory);
  const services = builtProgram('lab-services.js');
  if (!existsSync(services)) throw new Error(`${services} is not there; run: npm run build`);
  const first = await prepare(name, world, directory);
  const start = createStarter(first, world, services);
  try {
    await (options.signal === undefined ? start.all() : Promise.race([start.all(), aborted(options.signal)]));
    const state = { ...start.state(), ready: true };
    writeState(state);
    return state;
  } catch (problem) {
    await start.stop();
    await down(directory);
    throw problem;
  }
}

/** PostgreSQL ends at once on INT; TERM would wait for its clients. The world's process ends its children first. `within`: milliseconds. */
const endings: Readonly<Record<string, { readonly within: number; readonly how: NodeJS.Signals }>> = {
  postgres: { within: 5000, how: 'SIGINT' },
  services: { within: 20_000, how: 'SIGTERM' },
};

/** Ends exactly the processes that `up` has started, and removes what they wrote. */
export async function down(directory: string): Promise<void> {
  const state = readState(directory);
  if (state === undefined) return;
  await Promise.all(
    state.processes.map((one) => {
      const { within, how } = endings[one.name] ?? { within: 5000, how: 'SIGTERM' };
      return end([one], within, how);
    }),
  );
  await end(recordedChildren(runDirectory(directory)), 1000);
  if (state.postgresData !== undefined) rmSync(state.postgresData, { recursive: true, force: true });
  removeState(directory);
}

/** Every server that runs in the world, whoever starts it. */
export const serversOf = ({ servers, contained = [] }: World): World['servers'] => [...servers, ...contained];

async function prepare(name: string, world: World, directory: string): Promise<LabState> {
  const servers = serversOf(world);
  const names = [
    ...['control', ...servers, ...(world.ports ?? []), ...(world.hosts ?? []).map(sshPort)],
    ...(servers.includes('kafka') ? ['controller'] : []),
  ];
  const free = await freePorts(names.length);
  const ports = Object.fromEntries(names.map((port, index) => [port, free[index] ?? 0]));
  rmSync(runDirectory(directory), { recursive: true, force: true });
  mkdirSync(runDirectory(directory), { recursive: true });
  const startedAt = new Date().toISOString();
  const data = world.servers.includes('postgres') ? { postgresData: makePostgresDirectory() } : {};
  const state: LabState = { world: name, directory, startedAt, ports, processes: [], ...data, ready: false };
  writeState(state);
  writePrograms(state, world);
  makeHosts(state, world, toolsOf(world.hostTools));
  return state;
}

interface Starter {
  all(): Promise<void>;
  /** No more launches; returns when those under way are recorded. */
  stop(): Promise<void>;
  state(): LabState;
}

function createStarter(first: LabState, world: World, services: string): Starter {
  let state = first;
  let stopped = false;
  const launches: Promise<unknown>[] = [];
  const demands: Demands = {
    scrape: world.scrape ?? ['control'],
    rules: world.rules ?? [],
    databases: world.databases ?? {},
    hosts: world.hosts ?? [],
  };
  const begin = async ({ launch: starting, works }: Startable): Promise<void> => {
    if (stopped) return;
    const launched = starting().then((one) => {
      state = { ...state, processes: [...state.processes, one] };
      writeState(state);
      return one;
    });
    launches.push(launched);
    await works(await launched);
  };
  const servers = world.servers.filter((name) => name !== 'prometheus').map((name) => startable(name, first, demands));
  return {
    all: async () => {
      await Promise.all([
        Promise.all(servers.map(begin)).then(() => begin(servicesOf(first, services))),
        // it works only once it has scraped the world
        ...(world.servers.includes('prometheus') ? [begin(startable('prometheus', first, demands))] : []),
      ]);
    },
    stop: async () => {
      stopped = true;
      await Promise.allSettled(launches);
    },
    state: () => state,
  };
}

/** The world's own process. */
function servicesOf(state: LabState, program: string): Startable {
  const cwd = runDirectory(state.directory);
  const log = join(cwd, 'services.log');
  const args = [program, state.directory];
  return {
    launch: () => launch({ name: 'services', command: process.execPath, args, log, cwd, detached: true }),
    works: (one: Process) =>
      ready('services', async () => (await fetchText(`${controlUrl(state)}/ready`)) !== undefined, {
        within: 120_000,
        of: one,
        log,
      }),
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => {
      reject(new Error('interrupted'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
