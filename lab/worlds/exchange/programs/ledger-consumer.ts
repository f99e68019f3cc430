/** `node dist/lab/exchange/ledger-consumer.js`: posts the trades of the topic to the ledger. A batch is tried until the ledger has it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload } from 'kafkajs';
import { metricsReply, notFound, ok } from '../../../process/call.ts';
import { serveCalls } from '../../../process/http.ts';
import { exposition, one } from '../../../services/exposition.ts';
import { run } from '../../../services/run.ts';
import { port } from '../../../services/variables.ts';
import { post, raiseToken } from '../ledger/post.ts';
import { settlementTopic } from '../names.ts';
import { openLedger } from '../services/database.ts';
import { createLife } from '../services/life.ts';
import { createKafka, leaveAtEnd, startReader } from '../services/reader.ts';
import { readBreakage, readSettings, say } from '../services/told.ts';
import type { Trade } from '../services/trade.ts';

const retryMs = 300;

async function start(): Promise<void> {
  const ledger = openLedger('ledger-consumer');
  const settings = readSettings('ledger-consumer', { settlement: { smoke: true } });
  let counts = nothingPosted;
  let isWriting = true;
  const life = createLife({
    forget: () => {
      counts = nothingPosted;
      isWriting = true;
    },
  });
  const breakage = readBreakage();
  const settle = async (trades: readonly Trade[]): Promise<void> => {
    await life.pause(breakage().batchMs ?? 0);
    const token = await raiseToken(ledger, Math.max(...trades.map(({ fencingToken }) => fencingToken)));
    const valid = trades.filter(({ fencingToken }) => fencingToken >= token);
    for (const { seq, node, fencingToken } of trades.filter((trade) => !valid.includes(trade)))
      say(
        `FENCING_TOKEN stale leader rejected: node=${node} token=${String(fencingToken)} newest=${String(token)} seq=${String(seq)}`,
      );
    const { entries, conflicts } = await post(ledger, valid, settings().settlement.smoke);
    if (conflicts > 0) say(`unique constraint ledger_entries_idempotency_key: ${String(conflicts)} entries were there already`);
    counts = {
      ...counts,
      posted: counts.posted + entries,
      conflicts: counts.conflicts + conflicts,
      fenced: counts.fenced + trades.length - valid.length,
    };
  };
  const take = async (payload: EachBatchPayload): Promise<void> => {
    const { batch } = payload;
    const mayGoOn = (): boolean => payload.isRunning() && !payload.isStale();
    const read = batch.messages.map(({ value }) => JSON.parse(value?.toString() ?? '{}') as Trade);
    const trades = read.filter(({ at }) => Date.parse(at) >= life.since());
    counts = { ...counts, behind: Number(batch.highWatermark) - Number(batch.lastOffset()) - 1 };
    for (let isDone = trades.length === 0; !isDone && !life.isResting();) {
      try {
        await meanwhile(settle(trades), () => payload.heartbeat(), mayGoOn);
        isDone = true;
        isWriting = true;
      } catch (problem) {
        if (isWriting) say(`database transaction failed, trying again: ${(problem as Error).message}`);
        isWriting = false;
        counts = { ...counts, errors: counts.errors + 1, retries: counts.retries + 1 };
        if (life.isResting()) return;
        // not committed: the next member reads it again
        if (!mayGoOn()) throw problem;
        await sleep(retryMs);
        await payload.heartbeat();
      }
    }
  };
  await serveCalls(port('PORT'), (call) => {
    const { path } = call;
    const ofLife = life.answer(call);
    if (ofLife !== undefined) return ofLife;
    if (path[0] === 'healthz')
      return { status: isWriting ? 200 : 503, json: { status: isWriting ? 'ok' : 'the ledger takes no entries' } };
    if (path[0] === 'metrics') return metricsReply(metrics(counts));
    return path[0] === 'state' ? ok(counts) : notFound;
  });
  const takeAwake = async (payload: EachBatchPayload): Promise<void> => {
    // The engine may begin first: what it trades then belongs to the next life of this service.
    for (; life.isResting(); await sleep(50)) await payload.heartbeat();
    await life.during(() => take(payload));
  };
  const kafka = createKafka('ledger-consumer');
  leaveAtEnd(startReader(kafka, { groupId: 'ledger-consumer', topic: settlementTopic, from: 'earliest', take: takeAwake }));
  say('ledger-consumer started');
}

/** Stays a member of the group while the ledger makes the work wait, for example for a lock; gives up once the member has to go. */
async function meanwhile(work: Promise<void>, heartbeat: () => Promise<void>, mayGoOn: () => boolean): Promise<void> {
  const isDone = work.then(() => true);
  while (!(await Promise.race([isDone, sleep(500).then(() => false)]))) {
    if (!mayGoOn()) {
      work.catch(() => undefined);
      throw new Error('stopped while the ledger made it wait');
    }
    await heartbeat();
  }
}

const nothingPosted = { posted: 0, conflicts: 0, retries: 0, errors: 0, fenced: 0, behind: 0 };

const metrics = (counts: Readonly<typeof nothingPosted>): string =>
  exposition([
    { name: 'ledger_entries_posted_total', type: 'counter', help: 'Entries written', samples: one(counts.posted) },
    {
      name: 'ledger_unique_conflicts_total',
      type: 'counter',
      help: 'Entries that were there already',
      samples: one(counts.conflicts),
    },
    { name: 'ledger_consumer_retries_total', type: 'counter', help: 'Batches tried again', samples: one(counts.retries) },
    { name: 'ledger_tx_errors_total', type: 'counter', help: 'Transactions that failed', samples: one(counts.errors) },
    {
      name: 'ledger_fencing_rejected_total',
      type: 'counter',
      help: 'Trades of a leader that was replaced',
      samples: one(counts.fenced),
    },
    { name: 'ledger_consumer_lag', type: 'gauge', help: 'Trades in the topic after the last batch', samples: one(counts.behind) },
  ]);

run(start);
