/** One node of the pair: its log, its orders, who leads, and what it does again and again. */
import { join } from 'node:path';
import { serveCalls } from '../../../process/http.ts';
import { createHistogram } from '../../../services/exposition.ts';
import { port, variable } from '../../../services/variables.ts';
import { symbols } from '../names.ts';
import { createLife } from '../services/life.ts';
import { createKafka } from '../services/reader.ts';
import { readBreakage, readControls, readFlags, say } from '../services/told.ts';
import type { Trade } from '../services/trade.ts';
import { answer } from './answers.ts';
import { openJournal } from './journal.ts';
import { createLeadership } from './leadership.ts';
import type { Engine, Figures } from './node.ts';
import { snapshot } from './node.ts';
import { createOrders } from './orders.ts';
import { readLog } from './peer.ts';
import { createPublisher } from './publisher.ts';

/** Milliseconds between two trades of the leader; a node that only believes to lead is slower. */
const tradeEvery = 160;
const slowly = 3;
const followMost = 500;
/** Of each symbol. */
const openingTrades = 10;
const snapshotEvery = 100;
const millis = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

export async function openEngine(): Promise<void> {
  const node = variable('NODE');
  const figures: Figures = {
    wal: createHistogram(millis),
    loop: createHistogram(millis),
    isPanelMissing: isPanelMissing(),
    cpu: process.cpuUsage(),
  };
  const controls = readControls();
  const flags = readFlags();
  const wal = join(variable('WAL'), node);
  const journal = openJournal(wal, (seconds) => {
    figures.wal.observe(seconds);
  });
  const engine: Engine = {
    node,
    journal,
    orders: createOrders(symbols, controls),
    leadership: createLeadership(node),
    publisher: createPublisher(createKafka(node), journal, wal),
    figures,
    snapshots: join(variable('SNAPSHOTS'), node),
    isDiverged: false,
    lastDuplicateSeq: 0,
    duplicates: 0,
    trade: (symbol, isSmoke) => log(engine, symbol, isSmoke),
  };
  const life = createLife({
    // Its folders were emptied meanwhile, so its log begins anew in them.
    begin: async () => {
      forget(engine);
      snapshot(engine);
      await engine.leadership.turn(true);
    },
  });
  await serveCalls(port('PORT'), (call) => life.answer(call) ?? answer(call, engine));
  snapshot(engine);
  say(`${node} started at ${String(journal.durableSeq())}`);
  let turn = 0;
  life.every(tradeEvery, 'matching', () => {
    if (engine.leadership.role() !== 'leader') return;
    if (journal.durableSeq() === 0) auction(engine);
    turn += 1;
    const symbol = symbols[turn % symbols.length] ?? symbols[0];
    const isHalted = (controls().symbols[symbol]?.mode ?? 'NORMAL') !== 'NORMAL';
    if (isHalted || (!engine.leadership.holdsLease() && turn % slowly !== 0)) return;
    const begun = performance.now();
    log(engine, symbol, false);
    figures.loop.observe((performance.now() - begun) / 1000);
  });
  life.every(100, 'publishing', async () => {
    if (engine.leadership.role() === 'leader' && flags()['outbox.publish'] !== false) await engine.publisher.flush();
  });
  life.every(300, 'lease', () => engine.leadership.turn(!engine.isDiverged));
  life.every(150, 'peer', () => (engine.leadership.role() === 'leader' ? comparePeer(engine) : follow(engine)));
}

function forget(engine: Engine): void {
  engine.journal.replace([]);
  engine.orders.forget();
  engine.leadership.forget();
  engine.publisher.forget();
  engine.isDiverged = false;
  engine.lastDuplicateSeq = 0;
  engine.duplicates = 0;
}

/** The first trades come at once, so that every symbol has some from the beginning. */
function auction(engine: Engine): void {
  for (let round = 0; round < openingTrades; round += 1) for (const symbol of symbols) log(engine, symbol, false);
}

const isPanelMissing = (): (() => boolean) => {
  const breakage = readBreakage();
  return () => breakage().panelMissing === true;
};

function log(engine: Engine, symbol: string, isSmoke: boolean): Trade {
  const { journal, node, leadership } = engine;
  const seq = journal.durableSeq() + 1;
  const engineSeq = journal.seqOf(symbol) + 1;
  const trade = journal.append({
    seq,
    symbol,
    engineSeq,
    tradeId: `${symbol}-${String(engineSeq)}`,
    buyer: `acct-${String(1 + (seq % 5))}`,
    seller: `acct-${String(6 + (seq % 4))}`,
    amount: 1000 + ((seq * 37) % 900),
    at: new Date().toISOString(),
    node,
    fencingToken: leadership.fencingToken(),
    isSmoke,
  });
  if (seq % snapshotEvery === 0) snapshot(engine);
  return trade;
}

async function follow(engine: Engine): Promise<void> {
  const { journal, publisher } = engine;
  if (engine.isDiverged) return;
  const known = journal.durableSeq();
  const log = await readLog(Math.max(0, known - 1), followMost);
  if (log.role !== 'leader') return;
  const isAhead = known > log.durableSeq;
  if (isAhead || !log.trades.every((trade) => journal.follow(trade))) {
    engine.isDiverged = true;
    say(`state diverges from the leader at ${String(journal.durableSeq())}`);
    return;
  }
  if (log.published > publisher.published()) publisher.skipTo(Math.min(log.published, journal.durableSeq()));
}

/** Two nodes that both believe to lead give the same number to different trades. */
async function comparePeer(engine: Engine): Promise<void> {
  const { journal } = engine;
  if ((await readLog(0, 0)).role !== 'leader') return;
  const { trades } = await readLog(Math.max(engine.lastDuplicateSeq, journal.durableSeq() - followMost), followMost);
  for (const { seq, hash } of trades) {
    const own = journal.hashAt(seq);
    if (own === undefined || own === hash || seq <= engine.lastDuplicateSeq) continue;
    engine.lastDuplicateSeq = seq;
    engine.duplicates += 1;
  }
}
