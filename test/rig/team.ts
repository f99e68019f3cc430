/** A team in a test: the real server of Temporal (a running one where RUNBOOK_TEAM_ADDRESS names it), and workers as processes of the built program. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Process } from '../../lab/servers/process.ts';
import { end } from '../../lab/servers/process.ts';
import type { PreparedTemporal } from '../../lab/servers/temporal-prepare.ts';
import { findTemporal } from '../../lab/servers/temporal-prepare.ts';
import type { TemporalPorts } from '../../lab/servers/temporal.ts';
import { launchTemporal, temporalPorts } from '../../lab/servers/temporal.ts';
import { clientSdk } from '../../src/team/sdk.ts';
import { program } from './cli.ts';

/** Loud, in the report of the tests: what is not there is not tested. */
export const whyNoTeam = (): string | undefined =>
  findTemporal() === undefined
    ? 'NOT TESTED: Temporal is not prepared on this machine; node dist/lab.js install builds it'
    : undefined;

export interface Server {
  readonly address: string;
  readonly namespace: string;
  /** Absent: a running one. */
  readonly pid?: number;
  /** The same data, another process. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const namespace = 'runbook-tests';

export async function startServer(): Promise<Server> {
  const prepared = findTemporal();
  if (prepared === undefined) throw new Error(whyNoTeam());
  process.env['RUNBOOK_TEAM_PACKAGES'] = prepared.packages;
  const running = process.env['RUNBOOK_TEAM_ADDRESS'] ?? '';
  if (running !== '') {
    await readyAt(running);
    return { address: running, namespace, restart: async () => undefined, stop: async () => undefined };
  }
  return ownServer(prepared);
}

async function ownServer(prepared: PreparedTemporal): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'runbook-temporal-'));
  const ports: TemporalPorts = await temporalPorts();
  const address = `127.0.0.1:${String(ports.frontend)}`;
  let server: Process = await launchTemporal(prepared.server, directory, ports);
  await readyAt(address);
  return {
    address,
    namespace,
    get pid() {
      return server.pid;
    },
    restart: async () => {
      await end([server], 20_000, 'SIGKILL');
      server = await launchTemporal(prepared.server, directory, ports);
      await readyAt(address);
    },
    stop: async () => {
      await end([server], 20_000, 'SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Until the namespace can be used: new ones are known everywhere only some seconds later. */
async function readyAt(address: string): Promise<void> {
  const sdk = clientSdk();
  const last = { problem: '' };
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      const connection = await sdk.Connection.connect({ address });
      try {
        await connection.workflowService
          .registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: 86_400 } })
          .catch((problem: unknown) => {
            if (!/already/i.test(String(problem))) throw problem;
          });
        const client = new sdk.Client({ connection, namespace, dataConverter: { payloadCodecs: [] } });
        for await (const one of client.workflow.list({ query: "WorkflowId = 'none'" })) void one;
        return;
      } finally {
        await connection.close();
      }
    } catch (problem) {
      last.problem = String(problem);
      await pause(200);
    }
  }
  throw new Error(`Temporal at ${address} is not ready: ${last.problem}`);
}

export interface TeamProcess {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  said(): string;
  readonly ready: Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface TeamProcessOptions {
  readonly server: Pick<Server, 'address' | 'namespace'>;
  readonly queue: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly heartbeat?: string;
  readonly more?: readonly string[];
  /** Another build of the program. */
  readonly build?: string;
  /** Started by this instead: a program that changes the clock. */
  readonly by?: readonly string[];
}

export function startWorker({
  server,
  queue,
  cwd,
  env,
  heartbeat = '1500ms',
  more = [],
  by = [],
  build = program,
}: TeamProcessOptions): TeamProcess {
  const where = ['--address', server.address, '--namespace', server.namespace, '--queue', queue, '--heartbeat', heartbeat];
  const [command = process.execPath, ...before] = [...by, process.execPath];
  const child = spawn(command, [...before, build, 'worker', ...where, ...more], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString('utf8');
      if (/^(?:runbook: )?ready:/m.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => {
      reject(new Error(`the worker ended (${String(code)}) before it was ready:\n${said}`));
    });
  });
  ready.catch(() => undefined);
  const endBy = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    child.kill('SIGCONT');
    await ended;
  };
  return { child, said: () => said, ready, kill: () => endBy('SIGKILL'), stop: () => endBy('SIGTERM') };
}
