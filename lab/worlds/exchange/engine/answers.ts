/** What an engine answers: its state, its log for the peer, orders for the edge, and the controls. */
import type { Call, Reply } from '../../../process/call.ts';
import { metricsReply, notFound, ok, wrongMethod } from '../../../process/call.ts';
import { symbols } from '../names.ts';
import { rootOf } from '../services/trade.ts';
import { metricsOf } from './metrics.ts';
import type { Engine } from './node.ts';
import { snapshot } from './node.ts';
import { readLog, readSnapshot } from './peer.ts';

type Answer = (call: Call, engine: Engine) => Promise<Reply> | Reply;

const reads: Readonly<Record<string, Answer>> = {
  healthz: () => ok({ status: 'ok' }),
  state: (call, engine) => state(engine, call.query.get('at')),
  metrics: (_, engine) => metricsReply(metricsOf(engine)),
  wal: ({ query }, { journal, leadership, publisher }) =>
    ok({
      role: leadership.role(),
      durableSeq: journal.durableSeq(),
      published: publisher.published(),
      trades: journal.after(Number(query.get('after') ?? 0), Number(query.get('most') ?? 500)),
    }),
  snapshot: (_, { journal, orders }) => {
    const seq = journal.durableSeq();
    return ok({ seq, hash: journal.hashAt(seq), openOrders: orders.all() });
  },
  roots: ({ query }, engine) => ok(symbols.flatMap((symbol) => rootsOf(engine, symbol, Number(query.get(symbol) ?? 0)))),
};

const writes: Readonly<Record<string, Answer>> = {
  orders: (call, engine) => order(call, engine),
  trades: ({ body }, engine) => smokeTrade(engine, symbolIn(body)),
  'control/cancel-all': ({ body }, { orders }) => ok({ cancelled: orders.cancelAll(symbolIn(body)) }),
  'control/resync': ({ body }, engine) => resync(engine, body),
  'lab/pretend': (_, { leadership }) => {
    leadership.pretend();
    return ok({ role: leadership.role() });
  },
};

export function answer(call: Call, engine: Engine): Promise<Reply> | Reply {
  const path = call.path.join('/');
  const known = call.method === 'GET' ? reads : writes;
  const act = Object.hasOwn(known, path) ? known[path] : undefined;
  if (act !== undefined) return act(call, engine);
  return Object.hasOwn(reads, path) || Object.hasOwn(writes, path) ? wrongMethod : notFound;
}

const symbolIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'symbol' in body ? String((body as { readonly symbol: unknown }).symbol) : '';

/** `at`: the hash after that position, so that two nodes are compared at the same one. */
function state({ node, journal, leadership, orders, publisher, lastDuplicateSeq, isDiverged }: Engine, at: string | null): Reply {
  const seq = at === null ? journal.durableSeq() : Number(at);
  const stateHash = journal.hashAt(seq);
  if (stateHash === undefined) return { status: 404, json: { error: `${node} has no position ${String(seq)} yet` } };
  return ok({
    node,
    role: leadership.role(),
    holdsLease: leadership.holdsLease(),
    fencingToken: leadership.fencingToken(),
    durableSeq: journal.durableSeq(),
    stateHash,
    hashSeq: seq,
    lastDuplicateSeq,
    isDiverged,
    published: publisher.published(),
    outboxBacklog: publisher.backlog(),
    symbols: Object.fromEntries(symbols.map((symbol) => [symbol, journal.seqOf(symbol)])),
    openOrders: Object.fromEntries(Object.entries(orders.all()).map(([symbol, all]) => [symbol, all.length])),
  });
}

/** Trades that one integrity root covers. */
const range = 20;

/** Roots of the complete ranges after that number. */
function rootsOf({ journal }: Engine, symbol: string, after: number): readonly unknown[] {
  const trades = journal.ofSymbol(symbol);
  const done = Math.floor(after / range);
  return Array.from({ length: Math.max(0, Math.floor(trades.length / range) - done) }, (_, from) => from + done).map((index) => ({
    symbol,
    from: index * range + 1,
    to: (index + 1) * range,
    root: rootOf(trades.slice(index * range, (index + 1) * range)),
  }));
}

const notLeader: Reply = { status: 503, json: { error: 'this node does not lead' } };

function order({ body }: Call, { orders, leadership }: Engine): Reply {
  if (leadership.role() !== 'leader') return notLeader;
  const taken = orders.take(symbolIn(body));
  return taken.is === 'accepted'
    ? { status: 201, json: { orderId: taken.orderId, status: 'accepted' } }
    : { status: taken.status, json: { error: taken.why } };
}

function smokeTrade(engine: Engine, symbol: string): Reply {
  return engine.leadership.role() === 'leader' ? { status: 201, json: engine.trade(symbol, true) } : notLeader;
}

/** Takes the state of the leader: its snapshot for the orders, and its log from the beginning, which is short here. */
async function resync(engine: Engine, body: unknown): Promise<Reply> {
  const { journal, orders, leadership, publisher } = engine;
  const from =
    typeof body === 'object' && body !== null && 'from' in body ? (body as { readonly from: unknown }).from : undefined;
  if (from !== 'snapshot+wal') return { status: 400, json: { error: 'expected {"from": "snapshot+wal"}' } };
  if (leadership.role() === 'leader')
    return { status: 409, json: { error: 'this node leads, or believes to: restart it first' } };
  const { openOrders } = await readSnapshot();
  const log = await readLog(0, Number.MAX_SAFE_INTEGER);
  if (log.role !== 'leader') return { status: 409, json: { error: 'the peer does not lead' } };
  journal.replace(log.trades);
  orders.replace(openOrders);
  publisher.skipTo(log.published);
  engine.isDiverged = false;
  engine.lastDuplicateSeq = 0;
  snapshot(engine);
  return ok({ durableSeq: journal.durableSeq(), stateHash: journal.hashAt(journal.durableSeq()) });
}
