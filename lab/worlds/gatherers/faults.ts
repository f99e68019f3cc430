/** What can be broken in this world. Each fault returns once it shows. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabState } from '../../state.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import type { Fault } from '../world.ts';
import { healthOf, metricOf, sql, tellExchange } from './clients.ts';
import type { Instances } from './instances.ts';
import { writeBuffer, writeDelay } from './layout.ts';
import type { Machines } from './machines.ts';
import { productionDatabase, unitOf, usualGatherers } from './names.ts';
import type { Rds } from './rds.ts';
import { micros } from './services/market.ts';
import { serviceUnit } from './units.ts';

/** What a fault acts on. */
export interface Parts {
  readonly state: LabState;
  readonly supervisor: Supervisor;
  readonly machines: Machines;
  readonly instances: Instances;
  readonly rds: Rds;
}

interface Injected extends Fault {
  readonly inject: (parts: Parts) => Promise<void>;
}

const first = 'gatherer-1';
/** Milliseconds that an outage lasts once somebody has asked for it. */
const outage = 4000;
const seconds = (ms: number): string => `${String(ms / 1000)} s`;

export const faults: Readonly<Record<string, Injected>> = {
  'gatherer-crash-loop': {
    title: 'gatherer-1 cannot read its settings and crashes whenever it is started',
    inject: crashLoop,
  },
  'gatherer-crash-loop-in-group': {
    title: 'the same, and auto-scaling replaces an instance that is terminated',
    inject: async (parts) => {
      parts.instances.replaceTerminated();
      await crashLoop(parts);
    },
  },
  'gatherer-restarting': {
    title: `gatherer-1 has crashed, and systemd starts it again ${seconds(outage)} after somebody has asked for its status`,
    inject: async ({ state, supervisor }) => {
      supervisor.define({ ...serviceUnit(state, first), restartAfter: outage, restartOnceSeen: true });
      supervisor.kill(unitOf(first), 'SIGKILL');
      await until('gatherer-1 is down', async () => (await healthOf(state, first)) === undefined);
    },
  },
  'instance-impaired': {
    title: 'the instance of gatherer-1 hangs, and its status checks fail',
    inject: ({ instances, machines }) => {
      machines.freeze(first);
      instances.impair(first);
      return Promise.resolve();
    },
  },
  'all-stopped': {
    title: 'the service is stopped on every gatherer',
    inject: async ({ supervisor }) => {
      await Promise.all(usualGatherers.map((host) => supervisor.stop(unitOf(host))));
    },
  },
  'all-terminated': {
    title: 'every gatherer instance is terminated',
    inject: async ({ instances }) => {
      await Promise.all(instances.list().map(({ id }) => instances.terminate(id)));
    },
  },
  'exchange-outage': {
    title: `the exchange answers 503 and comes back ${seconds(outage)} after somebody has asked for its status`,
    inject: async ({ state }) => {
      await tellExchange(state, `down/${String(outage)}`);
      await until('every gatherer is unhealthy', async () =>
        (await Promise.all(usualGatherers.map((host) => healthOf(state, host)))).every((one) => one === undefined),
      );
    },
  },
  'deduplicator-frozen': {
    title: 'the deduplicator hangs',
    inject: ({ supervisor }) => {
      supervisor.kill(unitOf('deduplicator'), 'SIGSTOP');
      return Promise.resolve();
    },
  },
  'production-stopped': {
    title: 'the production database has failed',
    inject: async ({ state, rds }) => {
      await rds.backUp();
      await rds.stop('failed');
      await until('the deduplicator is unhealthy', async () => (await healthOf(state, 'deduplicator')) === undefined);
    },
  },
  'production-failover': {
    title: `the production database fails over and is back ${seconds(outage)} after somebody has asked for its events`,
    inject: async ({ state, rds }) => {
      await rds.failOver(outage);
      await until('the deduplicator is unhealthy', async () => (await healthOf(state, 'deduplicator')) === undefined);
    },
  },
  'production-data-lost': {
    title: 'somebody has deleted the older trades in production',
    inject: async ({ state, rds }) => {
      await rds.backUp();
      await sql(state, 'production', productionDatabase, 'delete from trades where received_at < $1', [micros() - 120_000_000]);
    },
  },
  'buffer-too-small': {
    title: 'the buffer of gatherer-1 is too small, and it loses messages',
    inject: async ({ state, supervisor }) => {
      writeBuffer(state, first, '5');
      await supervisor.restart(unitOf(first));
      await until('gatherer-1 loses messages', async () => ((await metricOf(state, first, 'sequence_gaps')) ?? 0) > 0);
    },
  },
  'exchange-closes': {
    title: 'the exchange closes the connections of gatherer-1 again and again',
    inject: (parts) => refuse(parts, 'close'),
  },
  'exchange-limits': {
    title: 'the exchange answers 429 to gatherer-1',
    inject: (parts) => refuse(parts, 'limit'),
  },
  'rows-missing': {
    title: '5 % of the trades are missing in production',
    inject: async ({ state }) => {
      const text = 'delete from trades where received_at < $1 and abs(hashtext(trade_id)) % 20 = 0';
      await sql(state, 'production', productionDatabase, text, [micros() - 120_000_000]);
    },
  },
  'snapshots-missing': {
    title: 'an open market has no snapshot at all in production',
    inject: async ({ state }) => {
      await addMarket(state, 'NO-SNAPSHOTS', micros() - 60_000_000);
    },
  },
  'market-silent': {
    title: 'an open market has not traded for a day',
    inject: async ({ state }) => {
      await addMarket(state, 'SILENT', micros() - 25 * 3_600_000_000);
      const text = `insert into orderbook_snapshots select 'SILENT', 'rest', ($1::bigint / 60000000 - n) * 60000000 from generate_series(0, 65) as n`;
      await sql(state, 'production', productionDatabase, text, [micros()]);
    },
  },
  lagging: {
    title: 'the deduplicator is told to hold trades back for 20 s',
    inject: async ({ state, supervisor }) => {
      writeDelay(state, 20);
      await supervisor.restart(unitOf('deduplicator'));
      await until('the deduplicator is healthy', async () => (await healthOf(state, 'deduplicator')) !== undefined);
    },
  },
};

async function crashLoop({ state, supervisor }: Parts): Promise<void> {
  writeBuffer(state, first, 'plenty');
  await supervisor.restart(unitOf(first));
  await until('gatherer-1 is left failed', () => Promise.resolve(supervisor.status(unitOf(first))?.state === 'failed'));
}

async function refuse({ state }: Parts, how: 'close' | 'limit'): Promise<void> {
  const before = (await metricOf(state, first, 'reconnects_total')) ?? 0;
  await tellExchange(state, `${how}/${first}`);
  await until('gatherer-1 reconnects', async () => ((await metricOf(state, first, 'reconnects_total')) ?? 0) > before + 1);
}

async function addMarket(state: LabState, ticker: string, tradedAt: number): Promise<void> {
  await sql(state, 'production', productionDatabase, `insert into markets values ($1, 'open')`, [ticker]);
  const trade = `insert into trades values ($1, $2, 50, 1, $3, $3)`;
  await sql(state, 'production', productionDatabase, trade, [`only-${ticker}`, ticker, tradedAt]);
}

/** Waits until it holds, at most a minute: the machine may be busy. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(50)) if (await holds()) return;
  throw new Error(`not after 60 s: ${what}`);
}
