/** `node dist/lab/exchange/analytics.js`: counts what is settled. Nobody needs it at once; a report of it can hold locks on the ledger. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload } from 'kafkajs';
import type { Pool, PoolClient } from 'pg';
import { notFound, ok } from '../../../process/call.ts';
import { serveCalls } from '../../../process/http.ts';
import { run } from '../../../services/run.ts';
import { port } from '../../../services/variables.ts';
import { outboxTopic } from '../names.ts';
import { openLedger } from '../services/database.ts';
import type { Life } from '../services/life.ts';
import { createLife } from '../services/life.ts';
import { createKafka, leaveAtEnd, startReader } from '../services/reader.ts';
import { say } from '../services/told.ts';

async function start(): Promise<void> {
  let counted = 0;
  const take = async (payload: EachBatchPayload): Promise<void> => {
    counted += payload.batch.messages.length;
    await payload.heartbeat();
  };
  let locks: readonly Pool[] = [];
  const lock = (how: (ledger: Pool) => Promise<void>, name: string): void => {
    const ledger = openLedger(name);
    locks = [...locks, ledger];
    how(ledger)
      .catch((problem: unknown) => {
        say(`${name}: ${(problem as Error).message}`);
      })
      .finally(() => {
        if (!locks.includes(ledger)) return;
        locks = locks.filter((one) => one !== ledger);
        void ledger.end();
      });
  };
  const life = createLife({
    forget: async () => {
      const held = locks;
      locks = [];
      await Promise.all(held.map((ledger) => ledger.end()));
    },
  });
  const batches = async (ledger: Pool, seconds: number): Promise<void> => {
    for (const since = life.since(); since === life.since(); await sleep(pause))
      await life.during(() => lockFor(life, ledger, seconds));
  };
  await serveCalls(port('PORT'), (call) => {
    const { path, method, body } = call;
    const ofLife = life.answer(call);
    if (ofLife !== undefined) return ofLife;
    if (path[0] === 'healthz') return ok({ status: 'ok', counted, locks: locks.length });
    if (method !== 'POST' || path[0] !== 'lab') return notFound;
    if (path[1] === 'batches')
      lock((ledger) => batches(ledger, Number((body as { readonly seconds: number }).seconds)), 'analytics');
    else if (path[1] === 'report') lock((ledger) => lockUntilEnded(life, ledger), 'analytics-report');
    else return notFound;
    return ok({ begun: path[1] });
  });
  leaveAtEnd(startReader(createKafka('analytics'), { groupId: 'analytics', topic: outboxTopic, from: 'latest', take }));
  say('analytics started');
}

/** Milliseconds between two batches: enough for what has waited to be written. */
const pause = 150;
const forGood = 86_400_000;

/** One batch: keeps others from writing to the ledger for so many seconds. */
async function lockFor(life: Life, ledger: Pool, seconds: number): Promise<void> {
  const client = await connect(ledger);
  try {
    await client.query('begin');
    await client.query('lock table ledger_entries in share mode');
    await client.query('select count(*) from ledger_entries');
    await life.pause(seconds * 1000);
    await client.query('rollback');
  } finally {
    client.release(true);
  }
}

/** A report that has read all it needs and was left open, until somebody ends its session. */
async function lockUntilEnded(life: Life, ledger: Pool): Promise<void> {
  const client = await connect(ledger);
  try {
    await client.query('begin');
    await client.query('lock table ledger_entries in exclusive mode');
    const ended = new Promise<never>((_, reject) => client.once('error', reject));
    await life.during(() => Promise.race([life.pause(forGood), ended]));
  } finally {
    client.release(true);
  }
}

/** Somebody may end the session: that ends the work, and not the service. */
async function connect(ledger: Pool): Promise<PoolClient> {
  const client = await ledger.connect();
  client.on('error', () => undefined);
  return client;
}

run(start);
