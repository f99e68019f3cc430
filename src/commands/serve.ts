/** `runbook serve`: pages for people, tools for agents and a webhook for alerts, over HTTP. Runs belong to their engines and outlive the server. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { catalogueFolder, folderName } from '../catalogue/catalogue.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { writableStateRoot } from '../console/state-root.ts';
import { print, printError } from '../console/terminal.ts';
import type { Config } from '../interpreter/config/config.ts';
import { loadConfig } from '../interpreter/config/config.ts';
import { sanitize } from '../interpreter/guard/sanitize.ts';
import { limiterOf } from '../serve/http/rate.ts';
import { listenAt } from '../serve/http/listen.ts';
import { httpServer } from '../serve/http/server.ts';
import { tokenHash, newToken } from '../serve/identity/tokens.ts';
import { openHouse } from '../serve/open.ts';
import { routes } from '../serve/routes/table.ts';
import { localRunService } from '../service/local.ts';
import type { RunService } from '../service/run-service.ts';
import { defaults } from '../team/defaults.ts';
import { heartbeatOf } from './worker.ts';

export interface ServeOptions {
  readonly config?: string;
  readonly catalogue?: string;
  readonly listen?: string;
  readonly socket?: string;
  readonly newToken?: boolean;
  /** Where Temporal is; absent: runs of this machine. */
  readonly team?: string;
  readonly namespace?: string;
  readonly queue?: string;
  readonly heartbeat?: string;
}

export async function serve(options: ServeOptions): Promise<number> {
  if (options.newToken === true) return printToken();
  const config = await configOf(options);
  const settings = config.serve;
  if (settings === undefined)
    throw usage(`${config.path ?? 'no configuration'} says nothing about serve`, '`serve: { people: ... }`, see docs/serve.md');
  const directory = process.cwd();
  const catalogue = catalogueFolder({ directory, ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) });
  if (catalogue === undefined) throw usage(`there is no folder ${folderName} here or above`, 'name one: --catalogue FOLDER');
  const stopping = new AbortController();
  const runs = await runsOf(options);
  const house = await openHouse({
    config,
    settings,
    place: {
      directory,
      catalogue,
      performer: options.team === undefined ? 'here' : 'team',
      ...(config.path === undefined ? {} : { config: config.path }),
    },
    service: runs.service,
    stopping: stopping.signal,
    now: () => Date.now(),
  });
  const serving = httpServer({ house, routes, limits: limitsOf(), report: reportInternal });
  const { listen = '127.0.0.1:8765', socket } = options;
  const where = socket === undefined ? ({ is: 'port', at: listen } as const) : ({ is: 'socket', path: socket } as const);
  await print(`runbook serve: listening on ${await listenAt(serving.server, where)}`);
  await untilStopped();
  stopping.abort();
  await serving.stop();
  await runs.close();
  await print('runbook serve: stopped; runs continue');
  return exitCodes.succeeded;
}

interface Runs {
  readonly service: RunService;
  close(): Promise<void>;
}

/** Whether anything of a lost worker still runs is asked for so long, and a step waits for a worker so long before the run says that none takes it, ms. */
const teamWaits = { hostMs: 60_000, untakenMs: 30_000 };

async function runsOf({ team: address, namespace, queue, heartbeat }: ServeOptions): Promise<Runs> {
  const root = writableStateRoot();
  if (address === undefined) {
    const given = Object.entries({ namespace, queue, heartbeat }).find(([, value]) => value !== undefined);
    if (given !== undefined)
      throw usage(`--${given[0]} is about a team, and --team is not given`, '--team HOST:PORT says where Temporal is');
    return { service: localRunService(root), close: async () => undefined };
  }
  const { connectTeam } = await import('../team/client/connect.ts');
  const { teamRunService } = await import('../team/client/service.ts');
  const heartbeatMs = heartbeatOf(heartbeat);
  const team = await connectTeam({ address, namespace: namespace ?? defaults.namespace });
  const limits = { heartbeatMs, ...teamWaits };
  const place = { root: join(root, 'team'), queue: queue ?? defaults.queue };
  return { service: teamRunService(team, { ...place, limits, taskMs: heartbeatMs }), close: () => team.close() };
}

/** The token is shown once, and kept nowhere. */
async function printToken(): Promise<number> {
  const token = newToken();
  await print(`token (for its holder alone): ${token}\nhash (for the configuration):  ${tokenHash(token)}`);
  return exitCodes.succeeded;
}

async function configOf({ config: path }: ServeOptions): Promise<Config> {
  const { config, diagnostics } = await loadConfig({ directory: process.cwd(), ...(path === undefined ? {} : { path }) });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  for (const { severity, line, message, hint } of diagnostics)
    await printError(`${severity}: line ${String(line)}: ${message}${hint === undefined ? '' : ` (${hint})`}`);
  if (errors.length > 0)
    throw usage(
      `${config.path ?? path ?? ''}: ${String(errors.length)} errors; nothing was started`,
      '`runbook lint --config FILE` tells each',
    );
  return config;
}

const limitsOf = () => ({
  address: limiterOf({ burst: 300, perMinute: 1200 }),
  caller: limiterOf({ burst: 120, perMinute: 600 }),
  wrong: limiterOf({ burst: 20, perMinute: 20 }),
});

function reportInternal(problem: unknown): string {
  const number = randomUUID().slice(0, 8);
  void printError(
    `internal error ${number}: ${sanitize(problem instanceof Error ? (problem.stack ?? problem.message) : String(problem))}`,
  );
  return number;
}

const untilStopped = (): Promise<void> =>
  new Promise((done) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => done());
  });
