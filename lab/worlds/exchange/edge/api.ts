/** The public API of the exchange: orders, withdrawals, and the trade of the smoke test. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Call, Reply } from '../../../process/call.ts';
import { notFound, ok, wrongMethod } from '../../../process/call.ts';
import { leaderOf } from '../ledger/reconcile.ts';
import { symbols } from '../names.ts';
import type { Controls } from '../services/told.ts';
import type { Trade } from '../services/trade.ts';

export interface Parts {
  readonly engines: Readonly<Record<string, string>>;
  readonly ledger: Pool;
  readonly controls: () => Controls;
  readonly flags: () => Readonly<Record<string, unknown>>;
}

/** undefined: not a path of the API. */
export async function api(call: Call, parts: Parts): Promise<Reply | undefined> {
  const path = call.path.join('/');
  if (path === 'healthz') return health(parts);
  if (call.path[0] !== 'v1') return undefined;
  if (call.method !== 'POST') return wrongMethod;
  if (path === 'v1/orders') return forward(parts, '/orders', call.body);
  if (path === 'v1/withdrawals') return withdrawal(parts);
  if (path === 'v1/smoke/trades') return smoke(parts, call.body);
  return notFound;
}

/** Ready: somebody leads, and the ledger answers. */
async function health({ engines, ledger, flags }: Parts): Promise<Reply> {
  const [leader, isLedgerUp] = await Promise.all([
    leaderOf(engines),
    ledger.query('select 1').then(
      () => true,
      () => false,
    ),
  ]);
  const isReady = leader !== undefined && isLedgerUp;
  const json = {
    status: isReady ? 'ok' : 'not ready',
    engine: leader !== undefined,
    ledger: isLedgerUp,
    degraded: flags()['ws.degraded'] === true,
  };
  return { status: isReady ? 200 : 503, json };
}

async function forward({ engines }: Parts, path: string, body: unknown): Promise<Reply> {
  const symbol =
    typeof body === 'object' && body !== null && 'symbol' in body ? (body as { readonly symbol: unknown }).symbol : undefined;
  if (!(symbols as readonly unknown[]).includes(symbol))
    return { status: 400, json: { error: `symbol must be one of ${symbols.join(', ')}` } };
  const leader = await leaderOf(engines);
  if (leader === undefined) return { status: 503, json: { error: 'no engine leads' } };
  const reply = await fetch(`${leader.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  return { status: reply.status, json: await reply.json() };
}

function withdrawal({ controls, flags }: Parts): Reply {
  if (flags()['custody.enabled'] !== true) return { status: 409, json: { error: 'custody is not enabled' } };
  if (controls().withdrawals.state === 'on') return { status: 403, json: { error: 'withdrawals are halted' } };
  return { status: 202, json: { status: 'accepted' } };
}

/** Milliseconds within which a trade of the smoke test must be in the ledger. */
const settledWithin = 4000;

async function smoke(parts: Parts, body: unknown): Promise<Reply> {
  const made = await forward(
    parts,
    '/trades',
    typeof body === 'object' && body !== null && 'symbol' in body ? body : { symbol: symbols[0] },
  );
  if (made.status !== 201) return made;
  const { tradeId } = made.json as Trade;
  for (const deadline = performance.now() + settledWithin; performance.now() < deadline; await sleep(50)) {
    const found = await parts.ledger
      .query('select 1 from smoke_ledger_entries where trade_id = $1', [tradeId])
      .then(({ rowCount }) => rowCount)
      .catch(() => 0);
    if (found === 1) return ok({ status: 'settled', tradeId });
  }
  return { status: 202, json: { status: 'pending', tradeId } };
}
