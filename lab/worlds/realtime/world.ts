/** A small market: order books travel through Kafka into a cache and to WebSocket clients. What `ws-desync` is rehearsed on. */
import { join } from 'node:path';
import { programOfMachine, sourceFolder } from '../../programs.ts';
import type { LabState } from '../../state.ts';
import { addressOf, controlUrl, prometheusUrl, runDirectory } from '../../state.ts';
import type { Opening, Program, Running, World } from '../world.ts';
import { createGatewayLog } from './gateway-log.ts';
import { openMarket } from './market.ts';
import { answer } from './routes.ts';
import { rules } from './rules.ts';
import type { Remedy } from './settings.ts';
import { remedies } from './settings.ts';
import { openSockets } from './sockets.ts';
import { verify } from './verify.ts';

export const world: World = {
  title: 'Order books through Kafka to a Redis cache and to WebSocket clients',
  servers: ['kafka', 'redis', 'postgres', 'prometheus', 'alertmanager'],
  rules,
  programs,
  targets: (state) => {
    const control = controlUrl(state);
    return {
      metrics: { type: 'prometheus', url: prometheusUrl(state) },
      broker: { type: 'kafka', brokers: [addressOf(state, 'kafka')] },
      cache: { type: 'redis', url: `redis://${addressOf(state, 'redis')}` },
      gateway: { type: 'kubernetes', command: ['kubectl'], deployment: 'deploy/ws-gateway' },
      streams: { type: 'websocket', url: `ws://${addressOf(state, 'control')}/stream` },
      rest: { type: 'http', url: control },
      flags: { type: 'flag', provider: 'http', url: control },
      opsRealtime: { type: 'chat', webhook: `${control}/sink/chat` },
      partners: { type: 'statuspage', url: `${control}/sink/statuspage` },
      oncall: { type: 'pager', url: `${control}/sink/pager`, routingKey: 'lab' },
      tickets: { type: 'ticket', url: `${control}/sink/tickets` },
    };
  },
  faults: {
    'ws-desync': {
      title: 'the cache is damaged and the gateway is far behind the log',
      // Counted, not the minimum: right after a heal some of the seconds have no ratio, and no ratio is not a high one.
      shows: 'count_over_time((max(ws_sequence_gap_ratio) > 0.02)[5s:1s]) >= 5',
    },
  },
  healthy: 'max(ws_sequence_gap_ratio) < 0.005 and on() count(ws_sequence_gap_ratio >= 0) == 2',
  remedies,
  verify,
  open,
};

const gatewayLog = (state: LabState): string => join(runDirectory(state.directory), 'gateway.log');

/** The tools of the market are Python, as the real ones. */
function programs(state: LabState): Readonly<Record<string, Program>> {
  const python = programOfMachine('python3');
  const folder = join(sourceFolder(), 'worlds', 'realtime');
  const env = {
    PYTHONPATH: join(folder, 'python'),
    PYTHONDONTWRITEBYTECODE: '1',
    RUNBOOK_LAB_GATEWAY_LOG: gatewayLog(state),
  };
  return {
    python3: { command: [python], env },
    kubectl: { command: [python, join(folder, 'bin', 'kubectl')], env },
  };
}

async function open({ state, server }: Opening): Promise<Running> {
  const sockets = openSockets(server);
  const market = await openMarket(state, {
    send: (frame) => {
      sockets.send(frame);
    },
    log: createGatewayLog(gatewayLog(state)),
  });
  return {
    answer: (call) => answer(call, market),
    fault: () => market.desync(),
    heal: () => market.heal(),
    disable: (remedy) => {
      market.disable(remedy as Remedy);
    },
    state: () => market.state(),
    close: async () => {
      sockets.close();
      await market.close();
    },
  };
}
