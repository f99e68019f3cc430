/** Faults of the engines, the edge, the brokers and what is only written down. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { staleAccess, writeAccess } from '../access.ts';
import { eventually } from '../brokers.ts';
import { brokenSettings, writeSettings } from '../control/files.ts';
import { readCatalogue } from '../database/catalogue.ts';
import { engineUrls } from '../layout.ts';
import { brokers } from '../names.ts';
import type { System } from '../system.ts';
import type { Injected } from './injected.ts';

interface EngineState {
  readonly durableSeq: number;
  readonly lastDuplicateSeq: number;
}

const stateOf = async ({ state }: System, node: 'engine-a' | 'engine-b'): Promise<EngineState> =>
  (await (await fetch(`${engineUrls(state)[node] ?? ''}/state`, { signal: AbortSignal.timeout(2000) })).json()) as EngineState;

export const serviceFaults: Readonly<Record<string, Injected>> = {
  'split-brain': {
    title: 'engine-b believes to lead with an old fencing token, and gives away numbers that engine-a gives away too',
    inject: async (system) => {
      await eventually('engine-b follows', 180_000, async () => (await stateOf(system, 'engine-b')).durableSeq > 0);
      await fetch(`${engineUrls(system.state)['engine-b'] ?? ''}/lab/pretend`, { method: 'POST', body: '{}' });
      await eventually('both engines give away the same numbers', 180_000, async () => {
        const [a, b] = [await stateOf(system, 'engine-a'), await stateOf(system, 'engine-b')];
        return a.lastDuplicateSeq > 0 && b.durableSeq < a.durableSeq;
      });
    },
    shows: 'sum(engine_duplicate_seq_total) > 0',
  },
  fanout: {
    title: 'a crowd of slow clients asks for the full depth of every book',
    inject: (system) => {
      system.break({ crowd: true });
    },
    shows: 'sum(rate(ws_close_total{reason="SLOW_CONSUMER"}[5s])) > 0 and sum(ws_outbound_queue) > 1000',
  },
  'kafka-one-down': {
    title: 'kafka-3 has crashed: every partition lacks a replica',
    inject: async (system) => {
      await system.brokers.widen();
      system.brokers.crash('kafka-3');
    },
    shows: 'kafka_brokers == 2',
  },
  'kafka-down': {
    title: 'all brokers have crashed',
    inject: async (system) => {
      await system.brokers.widen();
      for (const name of brokers) system.brokers.crash(name);
    },
    shows: 'kafka_brokers == 0 and on() max(outbox_backlog{source="engine"}) > 10',
  },
  'custody-off': {
    title: 'custody is not enabled',
    inject: async ({ flags }) => {
      await flags.put('custody.enabled', false, undefined);
    },
  },
  'panel-missing': {
    title: 'the engines do not export engine_wal_fsync_seconds',
    inject: (system) => {
      system.break({ panelMissing: true });
    },
    shows: 'absent(engine_wal_fsync_seconds_bucket)',
  },
  'access-stale': {
    title: 'a grant has expired and still counts, and somebody with an unknown role has no second factor',
    inject: ({ layout }) => {
      writeAccess(layout.accessDirectory, staleAccess());
    },
  },
  'backup-missing': {
    title: 'the newest backup is in the catalogue, and its files are gone',
    inject: ({ layout }) => {
      const newest = readCatalogue(layout.backups).at(-1);
      if (newest !== undefined) rmSync(join(layout.backups, newest.label), { recursive: true });
    },
  },
  'smoke-settlement-off': {
    title: 'the ledger consumer is told not to settle trades of the smoke test',
    inject: ({ layout }) => {
      writeSettings(layout, brokenSettings.smokeSettlementOff);
    },
  },
  'smoke-ws-muted': {
    title: 'the stream of the edge is muted',
    inject: ({ layout }) => {
      writeSettings(layout, brokenSettings.streamMuted);
    },
  },
};
