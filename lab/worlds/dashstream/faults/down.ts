/** Containers that do not run. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../clients.ts';
import { stopInOrder } from '../containers.ts';
import { layoutOf } from '../layout.ts';
import { containers, services } from '../names.ts';
import type { System } from '../system.ts';
import { stranger } from '../units.ts';
import type { Injected } from './fault.ts';
import { shownBy } from './fault.ts';

const server = containers['websocket-server'];

export const downFaults = {
  'down-websocket-server': {
    title: 'the websocket-server has crashed',
    ...shownBy('ServiceDown'),
    inject: crash,
  },
  'down-port-taken': {
    title: 'the websocket-server has crashed, and another program has taken its port',
    ...shownBy('ServiceDown'),
    inject: async (system) => {
      await crash(system);
      await system.supervisor.start(stranger);
    },
  },
  'down-all': {
    title: 'no container of the stack runs',
    inject: ({ supervisor }) => stopInOrder(supervisor, services),
  },
  'wal-corrupt': {
    title: 'the write-ahead log of Prometheus is damaged, and it does not start',
    inject: damageLog,
  },
} satisfies Readonly<Record<string, Injected>>;

async function crash({ supervisor }: System): Promise<void> {
  supervisor.kill(server, 'SIGUSR2');
  await until('the websocket-server has ended', () => supervisor.status(server)?.state === 'failed');
}

/** Segments between the last one and another are missing. */
async function damageLog({ state, supervisor }: System): Promise<void> {
  await supervisor.stop(containers.prometheus);
  const log = join(layoutOf(state).prometheusData, 'wal');
  const last = Math.max(...readdirSync(log).map(Number).filter(Number.isInteger));
  writeFileSync(join(log, String(last + 5).padStart(8, '0')), '');
  await supervisor.start(containers.prometheus);
  await until('Prometheus has ended', () => supervisor.status(containers.prometheus)?.state === 'failed');
}
