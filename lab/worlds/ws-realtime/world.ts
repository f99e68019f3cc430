/** The service ws-realtime: from Kafka topics to WebSocket clients with tokens, as pods of a small cluster. */
import { addressOf, controlUrl } from '../../state.ts';
import type { Opening, Running, World } from '../world.ts';
import { checkoutFolder } from './checkout.ts';
import { faults, isFault } from './faults.ts';
import { createCompose, createDocker } from './tools/docker.ts';
import { createK6 } from './tools/k6.ts';
import { createKubectl } from './tools/kubectl.ts';
import { replicaNames, secrets, timeScale } from './settings.ts';
import { freshToken, signToken } from './sign.ts';
import { logFileOf, openSystem } from './system.ts';
import { verify } from './verify.ts';

export const world: World = {
  title: 'Kafka topics to WebSocket clients with tokens, as pods of a small cluster',
  servers: ['kafka'],
  ports: ['front', ...replicaNames],
  tools: ['kubectl', 'docker', 'docker-compose', 'k6'],
  targets: (state) => ({
    broker: { type: 'kafka', brokers: [addressOf(state, 'kafka')] },
    cluster: { type: 'kubernetes', command: ['kubectl'] },
    gateway: { type: 'http', url: `http://${addressOf(state, 'front')}` },
    streams: { type: 'websocket', url: `ws://${addressOf(state, 'front')}/ws`, token: 'secret:wsProbeToken' },
    replicas: {
      type: 'websocket',
      token: 'secret:wsProbeToken',
      members: Object.fromEntries(replicaNames.map((name) => [name, { url: `ws://${addressOf(state, name)}/ws` }])),
    },
    oncall: { type: 'pager', url: `${controlUrl(state)}/sink/pager`, routingKey: 'lab' },
    clients: { type: 'chat', webhook: `${controlUrl(state)}/sink/chat` },
  }),
  facts: (state) => ({
    checkout: checkoutFolder(state),
    logFile: logFileOf(state),
    wsUrl: `ws://${addressOf(state, 'front')}/ws`,
  }),
  secrets: () => ({ wsAuthSecret: 'env:WS_AUTH_SECRET', wsProbeToken: 'env:WS_TOKEN' }),
  env: () => ({
    WS_AUTH_SECRET: secrets.current,
    WS_NEXT_SECRET: secrets.next,
    WS_TOKEN: freshToken(secrets.current, 'client-7'),
    WS_TOKEN_EXPIRED: signToken(secrets.current, { sub: 'client-7', iat: 1, exp: 1000 }),
    WS_TOKEN_NO_SUBJECT: signToken(secrets.current, { exp: Math.floor(Date.now() / 1000) + 86_400 }),
    WS_TOKEN_FOREIGN: freshToken(secrets.wrong, 'client-7'),
  }),
  faults,
  verify,
  open,
};

async function open({ state, supervisor }: Opening): Promise<Running> {
  const system = await openSystem(state, supervisor);
  return {
    answer: async () => undefined,
    tools: {
      kubectl: createKubectl(system.cluster),
      docker: createDocker(system.images),
      'docker-compose': createCompose(system.cluster),
      k6: createK6(timeScale),
    },
    fault: async (name) => {
      if (isFault(name)) await faults[name].inject(system);
    },
    heal: () => system.heal(),
    state: () => system.state(),
    close: () => system.close(),
  };
}
