/** `node dist/lab/exchange/analytics.js`: counts what is settled. Nobody needs it at once; a report of it can hold locks on the ledger. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload } from 'kafkajs';
import type { Pool } from 'pg';
import { notFound, ok } from '../../../process/call.ts';
import { serveCalls } from '../../../process/http.ts';
import { run } from '../../../services/run.ts';
import { port } from '../../../services/variables.ts';
import { outboxTopic } from '../names.ts';
import { openLedger } from '../services/database.ts';
import { createKafka, leaveAtEnd, startReader } from '../services/reader.ts';
import { say } from '../services/told.ts';

async function start(): Promise<void> {
  let counted = 0;
  const take = async (payload: EachBatchPayload): Promise<void> => {
    counted += payload.batch.messages.length;
    await payload.heartbeat();
  };
  await serveCalls(port('PORT'), ({ path, method, body }) => {
    if (path[0] === 'healthz') return ok({ status: 'ok', counted });
    if (method !== 'POST' || path[0] !== 'lab') return notFound;
    if (path[1] === 'batches') void lockAgain(openLedger('analytics'), Number((body as { readonly seconds: number }).seconds));
    else if (path[1] === 'report') void lockForGood(openLedger('analytics-report'));
    else return notFound;
    return ok({ begun: path[1] });
  });
  leaveAtEnd(startReader(createKafka('analytics'), { groupId: 'analytics', topic: outboxTopic, from: 'latest', take }));
  say('analytics started');
}

/** Milliseconds between two batches: enough for what has waited to be written. */
const pause = 150;

/** A batch after the other, each of which keeps others from writing to the ledger for so many seconds. */
async function lockAgain(ledger: Pool, seconds: number): Promise<void> {
  for (;;) {
    const client = await ledger.connect();
    try {
      await client.query('begin');
      await client.query('lock table ledger_entries in share mode');
      await client.query('select count(*) from ledger_entries');
      await sleep(seconds * 1000);
      await client.query('rollback');
    } finally {
      client.release();
    }
    await sleep(pause);
  }
}

/** A report that has read all it needs and was left open. */
async function lockForGood(ledger: Pool): Promise<void> {
  const client = await ledger.connect();
  client.on('error', () => {
    client.release(true);
  });
  await client.query('begin');
  await client.query('lock table ledger_entries in exclusive mode');
}

run(start);
