/** `node dist/lab/exchange/settlement.js`: reconciles engine and ledger, checks the invariants, and publishes what is settled. */
import type { Pool } from 'pg';
import type { Kafka } from 'kafkajs';
import { metricsReply, notFound, ok } from '../../../process/call.ts';
import { serveCalls } from '../../../process/http.ts';
import type { Metric } from '../../../services/exposition.ts';
import { createHistogram, exposition, one } from '../../../services/exposition.ts';
import { run } from '../../../services/run.ts';
import { port, variable } from '../../../services/variables.ts';
import type { Position } from '../ledger/reconcile.ts';
import { copyRoots, createAges, leaderOf, recordPositions, violations } from '../ledger/reconcile.ts';
import { outboxTopic } from '../names.ts';
import { openLedger } from '../services/database.ts';
import { createKafka } from '../services/reader.ts';
import { createLife } from '../services/life.ts';
import { readFlags, say } from '../services/told.ts';

async function start(): Promise<void> {
  const ledger = openLedger('settlement');
  const urls = JSON.parse(variable('ENGINES')) as Readonly<Record<string, string>>;
  const flags = readFlags();
  const lag = createHistogram([0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60]);
  let ageOf = createAges();
  let figures = nothingSeen;
  let positions: readonly Position[] = [];
  const life = createLife({
    forget: () => {
      ageOf = createAges();
      figures = nothingSeen;
      positions = [];
    },
  });
  await serveCalls(port('PORT'), (call) => {
    const { path } = call;
    const ofLife = life.answer(call);
    if (ofLife !== undefined) return ofLife;
    if (path[0] === 'healthz') return ok({ status: 'ok' });
    return path[0] === 'metrics' ? metricsReply(exposition([...metrics(figures, positions), lagMetric()])) : notFound;
  });
  const lagMetric = (): Metric => ({
    name: 'settlement_lag_seconds',
    type: 'histogram',
    help: 'Age of the oldest trade that the engine has and the ledger has not',
    samples: lag.samples(),
  });
  life.every(250, 'reconciliation', async () => {
    try {
      const leader = await leaderOf(urls);
      if (leader !== undefined) positions = await recordPositions(ledger, leader.state.symbols);
    } finally {
      lag.observe(ageOf(positions, Date.now()));
    }
  });
  life.every(1000, 'invariants', async () => {
    const leader = await leaderOf(urls);
    if (leader !== undefined) await copyRoots(ledger, leader.url);
    const found = await violations(ledger);
    figures = { ...figures, violations: found, violationsTotal: figures.violationsTotal + found, checkedAt: Date.now() / 1000 };
  });
  const publish = createPublishing(ledger, createKafka('settlement'));
  life.every(400, 'outbox', async () => {
    figures = { ...figures, backlog: await publish(flags()['outbox.publish'] !== false) };
  });
  say('settlement started');
}

const nothingSeen = { violations: 0, violationsTotal: 0, checkedAt: 0, backlog: 0 };

const mostAtOnce = 200;

/** Sends rows of the outbox and marks them; returns how many wait. What is sent and not marked is sent again. */
function createPublishing(ledger: Pool, kafka: Kafka): (isAllowed: boolean) => Promise<number> {
  const producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 1 } });
  let isConnected = false;
  producer.on(producer.events.DISCONNECT, () => {
    isConnected = false;
  });
  return async (isAllowed) => {
    if (isAllowed) {
      const { rows } = await ledger.query<{ id: string; payload: unknown }>(
        'select id, payload from outbox where published_at is null order by id limit $1',
        [mostAtOnce],
      );
      if (rows.length > 0) {
        if (!isConnected) await producer.connect();
        isConnected = true;
        await producer.send({
          topic: outboxTopic,
          acks: -1,
          timeout: 2000,
          messages: rows.map(({ id, payload }) => ({ key: id, value: JSON.stringify(payload) })),
        });
        await ledger.query('update outbox set published_at = now() where id = any($1::bigint[])', [rows.map(({ id }) => id)]);
      }
    }
    const { rows } = await ledger.query<{ count: number }>(
      'select count(*)::int as count from outbox where published_at is null',
    );
    return rows[0]?.count ?? 0;
  };
}

const metrics = (figures: Readonly<typeof nothingSeen>, positions: readonly Position[]): readonly Metric[] => [
  {
    name: 'invariant_violation_total',
    type: 'counter',
    help: 'Violations that the checks have found, each time',
    samples: one(figures.violationsTotal),
  },
  {
    name: 'invariant_violations',
    type: 'gauge',
    help: 'Violations that the last check has found',
    samples: one(figures.violations),
  },
  {
    name: 'invariant_check_timestamp_seconds',
    type: 'gauge',
    help: 'When the invariants were checked last',
    samples: one(figures.checkedAt),
  },
  {
    name: 'settlement_mismatch',
    type: 'gauge',
    help: 'Trades that the engine has and the ledger has not, by symbol',
    samples: positions.map(({ symbol, engineSeq, ledgerSeq }) => ({ labels: { symbol }, value: engineSeq - ledgerSeq })),
  },
  {
    name: 'outbox_backlog',
    type: 'gauge',
    help: 'Settled trades that are not published',
    samples: [{ labels: { source: 'ledger' }, value: figures.backlog }],
  },
];

run(start);
