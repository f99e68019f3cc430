/** A server of Temporal with SQLite on loopback: all its services in one process, its data in a file that outlives it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Process } from './process.ts';
import { freePorts, launch } from './process.ts';

export interface TemporalPorts {
  readonly frontend: number;
  readonly others: readonly number[];
}

export async function temporalPorts(): Promise<TemporalPorts> {
  const [frontend = 0, ...others] = await freePorts(9);
  return { frontend, others };
}

/** Started again with the same folder and ports it is the same server. */
export async function launchTemporal(server: string, directory: string, ports: TemporalPorts): Promise<Process> {
  const folder = join(directory, 'config');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'runbook.yaml'), JSON.stringify(configuration(directory, ports), null, 2));
  writeFileSync(join(folder, 'dynamic.yaml'), JSON.stringify(dynamic, null, 2));
  return launch({
    name: 'temporal',
    command: server,
    args: ['--root', directory, '--config', 'config', '--env', 'runbook', '--allow-no-auth', 'start'],
    log: join(directory, 'temporal.log'),
    detached: false,
  });
}

const dynamic = {
  // For a handful of workers: a task in one partition and a poll in another find each other late.
  'matching.numTaskqueueReadPartitions': [{ value: 1 }],
  'matching.numTaskqueueWritePartitions': [{ value: 1 }],
  'system.forceSearchAttributesCacheRefreshOnRead': [{ value: true }],
  'frontend.enableUpdateWorkflowExecution': [{ value: true }],
  'frontend.enableExecuteMultiOperation': [{ value: true }],
};

function store(directory: string, file: string): object {
  const attributes = { mode: 'rwc', cache: 'private', journal_mode: 'wal', synchronous: '1', setup: 'true' };
  return {
    sql: {
      pluginName: 'sqlite',
      databaseName: join(directory, file),
      connectAddr: 'localhost',
      connectProtocol: 'tcp',
      connectAttributes: attributes,
      maxConns: 1,
      maxIdleConns: 1,
      maxConnLifetime: '1h',
    },
  };
}

function configuration(directory: string, { frontend, others }: TemporalPorts): object {
  const [fm = 0, hg = 0, hm = 0, mg = 0, mm = 0, wg = 0, wm = 0] = others;
  const rpc = (grpcPort: number, membershipPort: number): object => ({
    rpc: { grpcPort, membershipPort, bindOnLocalHost: true },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { main: store(directory, 'temporal.db'), visibility: store(directory, 'visibility.db') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: rpc(frontend, fm),
      history: rpc(hg, hm),
      matching: rpc(mg, mm),
      worker: rpc(wg, wm),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `127.0.0.1:${String(frontend)}` },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: join(directory, 'config', 'dynamic.yaml'), pollInterval: '60s' },
  };
}
