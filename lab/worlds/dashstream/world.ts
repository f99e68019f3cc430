/** Observability by Kafka: a producer, a server for WebSocket clients, a DLQ, a replay buffer, and everything that watches them. */
import type { Opening, Running, World } from '../world.ts';
import { faults } from './faults/all.ts';
import { heal } from './heal.ts';
import { containers, portNames } from './names.ts';
import { healthy, rules } from './rules.ts';
import { openSystem } from './system.ts';
import { facts, targets } from './targets.ts';
import { createCompose } from './tools/compose.ts';
import { createDocker } from './tools/docker.ts';
import { createLsof } from './tools/lsof.ts';
import { verify } from './verify.ts';

export const world: World = {
  title: 'Observability by Kafka: quality monitor, websocket-server with a DLQ and a replay buffer, Prometheus, as containers',
  servers: ['redis', 'alertmanager'],
  contained: ['kafka', 'prometheus'],
  ports: portNames,
  rules,
  tools: ['docker', 'docker-compose', 'lsof'],
  targets,
  facts,
  faults,
  healthy,
  verify,
  open,
};

async function open({ state, supervisor }: Opening): Promise<Running> {
  const system = await openSystem(state, supervisor);
  await heal(system);
  return {
    answer: () => Promise.resolve(undefined),
    fault: async (name) => {
      await faults[name]?.inject(system);
    },
    heal: () => heal(system),
    tools: { docker: createDocker(system), 'docker-compose': createCompose(system), lsof: createLsof(system) },
    state: () => ({
      containers: supervisor.list().map(({ unit, state: is }) => ({ name: unit.name, is })),
      isDiskFull: system.disk.isFull(),
      isSlowed: system.affliction().untilRestart.batchMs !== undefined && !system.isRestarted(containers['websocket-server']),
    }),
    close: async () => {
      system.close();
    },
  };
}
