/** Redis servers as tests need them: encrypted with users, watched by a sentinel, and a cluster of three masters. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeAuthority, makeIdentity, papersOf } from './certificates.ts';
import { need } from './find.ts';
import type { Process } from './process.ts';
import { launch, ready } from './process.ts';
import type { TestServer } from './test-servers.ts';
import { start } from './test-servers.ts';

const run = promisify(execFile);
const cli = async (port: number, ...words: readonly string[]): Promise<string> =>
  (await run('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...words], { timeout: 20_000 })).stdout.trim();

const launched = (directory: string, args: readonly string[], sentinel = false): Promise<Process> =>
  launch({
    name: 'redis',
    command: need('redis-server'),
    args: [
      ...args,
      '--bind',
      '127.0.0.1',
      ...(sentinel ? ['--sentinel'] : ['--save', '', '--appendonly', 'no']),
      '--dir',
      directory,
    ],
    log: join(directory, 'redis.log'),
    detached: false,
  });
const answering = (directory: string, one: Process, works: () => Promise<boolean>): Promise<void> =>
  ready('redis', works, { within: 20_000, of: one, log: join(directory, 'redis.log') });

/** A server with settings of its own, in the clear. */
export const startRedisWith = (...args: readonly string[]): Promise<TestServer> =>
  start('redis', 1, ([port = 0], directory) => ({
    extra: {},
    launch: () => launched(directory, ['--port', String(port), ...args]),
    ready: (one) => answering(directory, one, async () => (await cli(port, 'PING')) === 'PONG'),
  }));

export interface TestSecureRedis extends TestServer {
  readonly ca: string;
  readonly strangeCa: string;
  /** `reader` may read keys that begin with `open:` and nothing else. */
  readonly passwords: { readonly admin: string; readonly reader: string };
}

export function startSecureRedis(): Promise<TestSecureRedis> {
  const passwords = { admin: `admin-${crypto.randomUUID()}`, reader: `reader-${crypto.randomUUID()}` };
  return start('redis', 1, ([port = 0], directory) => {
    const papers = join(directory, 'papers');
    const authority = papersOf(papers, 'authority');
    const server = papersOf(papers, 'server');
    return {
      extra: { ca: authority.cert, strangeCa: papersOf(papers, 'stranger').cert, passwords },
      launch: async () => {
        mkdirSync(papers, { recursive: true });
        const made = await makeAuthority(papers, 'authority');
        await makeAuthority(papers, 'stranger');
        await makeIdentity(papers, 'server', made, 'IP:127.0.0.1,DNS:redis.test');
        const users = join(directory, 'users.acl');
        writeFileSync(
          users,
          `user default off\nuser admin on >${passwords.admin} ~* +@all\nuser reader on >${passwords.reader} ~open:* +@read\n`,
          { mode: 0o600 },
        );
        const tls = ['--tls-port', String(port), '--tls-cert-file', server.cert, '--tls-key-file', server.key];
        return launched(directory, [
          '--port',
          '0',
          ...tls,
          '--tls-ca-cert-file',
          authority.cert,
          '--tls-auth-clients',
          'no',
          '--aclfile',
          users,
        ]);
      },
      ready: (one) =>
        answering(directory, one, async () => {
          const words = ['--tls', '--cacert', authority.cert, '--user', 'admin', '--no-auth-warning', 'PING'];
          const { stdout } = await run('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...words], {
            env: { ...process.env, REDISCLI_AUTH: passwords.admin },
          });
          return stdout.trim() === 'PONG';
        }),
    };
  });
}

export interface TestSentinel {
  readonly master: TestServer;
  readonly replica: TestServer;
  readonly sentinel: TestServer;
  readonly name: string;
  /** Address that the sentinel gives for the master now. */
  current(): Promise<number>;
  stop(): Promise<void>;
}

export async function startRedisSentinel(): Promise<TestSentinel> {
  const name = 'orders';
  const master = await startRedisWith();
  const replica = await startRedisWith('--replicaof', '127.0.0.1', String(master.port));
  await until('the replica follows', async () =>
    (await cli(replica.port, 'INFO', 'replication')).includes('master_link_status:up'),
  );
  const sentinel = await start('sentinel', 1, ([port = 0], directory) => {
    const settings = join(directory, 'sentinel.conf');
    return {
      extra: {},
      launch: () => {
        const watched = `sentinel monitor ${name} 127.0.0.1 ${String(master.port)} 1`;
        const hurry = `sentinel down-after-milliseconds ${name} 1000\nsentinel failover-timeout ${name} 5000`;
        writeFileSync(settings, `port ${String(port)}\n${watched}\n${hurry}\n`);
        return launched(directory, [settings], true);
      },
      ready: (one) =>
        answering(directory, one, async () =>
          (await cli(port, 'SENTINEL', 'REPLICAS', name)).includes(`127.0.0.1:${String(replica.port)}`),
        ),
    };
  });
  return {
    master,
    replica,
    sentinel,
    name,
    current: async () => Number((await cli(sentinel.port, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)).split('\n')[1]),
    stop: async () => {
      for (const one of [sentinel, replica, master]) await one.stop();
    },
  };
}

export interface TestRedisCluster {
  readonly members: readonly TestServer[];
  readonly nodes: readonly string[];
  stop(): Promise<void>;
}

export async function startRedisCluster(): Promise<TestRedisCluster> {
  const member = (): Promise<TestServer> =>
    start('redis', 2, ([port = 0, bus = 0], directory) => ({
      extra: {},
      launch: () => {
        const cluster = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--cluster-port', String(bus)];
        return launched(directory, ['--port', String(port), ...cluster, '--cluster-config-file', 'nodes.conf']);
      },
      ready: (one) => answering(directory, one, async () => (await cli(port, 'PING')) === 'PONG'),
    }));
  const members = await Promise.all([member(), member(), member()]);
  const nodes = members.map((one) => `127.0.0.1:${String(one.port)}`);
  await run('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes'], { timeout: 60_000 });
  for (const one of members)
    await until('the cluster is whole', async () => (await cli(one.port, 'CLUSTER', 'INFO')).includes('cluster_state:ok'));
  return {
    members,
    nodes,
    stop: async () => {
      await Promise.all(members.map((one) => one.stop()));
    },
  };
}

async function until(what: string, works: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await works().catch(() => false))) {
    if (Date.now() > end) throw new Error(`${what}: not within 30 s`);
    await new Promise((resume) => setTimeout(resume, 100));
  }
}
