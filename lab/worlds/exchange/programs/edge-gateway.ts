/** `node dist/lab/exchange/edge-gateway.js`: the public API and the WebSocket stream. Trades come from the topic, so there are none while the brokers are away. */
import type { EachBatchPayload } from 'kafkajs';
import { metricsReply, notFound } from '../../../process/call.ts';
import { serveCalls } from '../../../process/http.ts';
import { run } from '../../../services/run.ts';
import { port, variable } from '../../../services/variables.ts';
import { api } from '../edge/api.ts';
import type { Load } from '../edge/crowd.ts';
import { loadOf } from '../edge/crowd.ts';
import { createEdgeFigures } from '../edge/metrics.ts';
import { openStream } from '../edge/stream.ts';
import { settlementTopic, symbols } from '../names.ts';
import { openLedger } from '../services/database.ts';
import { createLife } from '../services/life.ts';
import { createKafka, leaveAtEnd, startReader } from '../services/reader.ts';
import { readBreakage, readControls, readFlags, readReplicas, readSettings, say } from '../services/told.ts';
import type { Trade } from '../services/trade.ts';

/** Milliseconds between two updates of a book. */
const bookEvery = 200;

async function start(): Promise<void> {
  const [breakage, replicas, flags] = [readBreakage(), readReplicas(), readFlags()];
  const settings = readSettings('edge-gateway', { stream: { muted: false } });
  const parts = {
    engines: JSON.parse(variable('ENGINES')) as Readonly<Record<string, string>>,
    ledger: openLedger('edge-gateway'),
    controls: readControls(),
    flags,
  };
  const figures = createEdgeFigures();
  const life = createLife();
  const load = (): Load =>
    loadOf(breakage().crowd === true, {
      isConflated: flags()['ws.conflation.aggressive'] === true,
      depth: Number(flags()['ws.book.depth']),
      subscribeRate: Number(flags()['ws.subscribe.rate']),
      replicas: replicas()['edge-gateway'] ?? 1,
    });
  const server = await serveCalls(port('PORT'), async (call) => {
    const ofLife = life.answer(call);
    if (ofLife !== undefined) return ofLife;
    if (call.path[0] === 'metrics') return metricsReply(figures.exposition(load(), stream.count(), stream.sent()));
    const begun = performance.now();
    const reply = (await api(call, parts)) ?? notFound;
    figures.request(reply.status, (performance.now() - begun) / 1000);
    return reply;
  });
  const stream = openStream(
    server,
    () => settings().stream.muted,
    () => flags()['ws.degraded'] === true,
  );
  let turn = 0;
  life.every(bookEvery, 'book', () => {
    figures.pass(bookEvery / 1000, load());
    turn += 1;
    if (flags()['ws.conflation.aggressive'] === true && turn % 5 !== 0) return;
    for (const symbol of symbols) stream.book(symbol, Number(flags()['ws.book.depth']));
  });
  const take = async (payload: EachBatchPayload): Promise<void> => {
    for (const { value } of payload.batch.messages) stream.trade(JSON.parse(value?.toString() ?? '{}') as Trade);
    await payload.heartbeat();
  };
  leaveAtEnd(
    startReader(createKafka('edge-gateway'), { groupId: variable('GROUP'), topic: settlementTopic, from: 'latest', take }),
  );
  say('edge-gateway started');
}

run(start);
