/** What the market answers: flags, REST snapshots, metrics, the dashboard, and the two repairs that its tools ask for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Reply } from '../../process/call.ts';
import { metricsReply, notFound, ok, wrongMethod } from '../../process/call.ts';
import { flagReply } from '../../process/flags.ts';
import { dashboard } from './dashboard.ts';
import type { Market } from './market.ts';

/** undefined: not a path of the market. */
export async function answer(call: Call, market: Market): Promise<Reply | undefined> {
  switch (call.path[0]) {
    case 'metrics':
      return metricsReply(market.gateway.metrics());
    case 'flags':
      return flagReply(call, market.flags);
    case 'v1':
      return snapshot(call, market);
    case 'd':
      return { status: 200, text: dashboard(market.gateway.ratios()), type: 'text/html; charset=utf-8' };
    case 'remedies':
      return call.method === 'POST' ? remedy(call, market) : wrongMethod;
    default:
      return undefined;
  }
}

/** The REST snapshot may be asked for a frame that it has not read itself yet. */
const snapshotWait = 1000;

async function snapshot(call: Call, market: Market): Promise<Reply> {
  const [, resource, symbol = ''] = call.path;
  if (resource !== 'orderbook' || market.history.latest(symbol) === undefined) return notFound;
  const asked = call.query.get('seq');
  const find = (): ReturnType<Market['history']['at']> =>
    asked === null ? market.history.latest(symbol) : market.history.at(symbol, Number(asked));
  for (let waited = 0; find() === undefined && waited < snapshotWait; waited += 20) await sleep(20);
  const found = find();
  if (found === undefined) return { status: 404, json: { error: `${symbol} has no quote with the number ${asked ?? ''}` } };
  return ok({ symbol, seq: found.seq, levels: found.levels });
}

async function remedy(call: Call, market: Market): Promise<Reply> {
  const [, name] = call.path;
  if (name === 'rebuild-cache') return ok(await market.rebuildCache());
  if (name === 'sync-offsets') return ok(await market.syncOffsets());
  return notFound;
}
