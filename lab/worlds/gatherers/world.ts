/** Gatherers of an exchange's trades, a deduplicator and a production database. What the recovery runbooks are rehearsed on. */
import { join } from 'node:path';
import { hostFolder } from '../../hosts.ts';
import { writeProgram } from '../../programs.ts';
import { journalctl } from '../../tools/journalctl.ts';
import { dig, ping } from '../../tools/network.ts';
import { systemctl } from '../../tools/systemctl.ts';
import type { Opening, Running, World } from '../world.ts';
import { createAws } from './aws.ts';
import { tellExchange } from './clients.ts';
import { faults, until } from './faults.ts';
import { heal } from './heal.ts';
import { createInstances } from './instances.ts';
import { writeAddresses } from './layout.ts';
import { createMachines } from './machines.ts';
import { databaseOf, gathererHosts, hosts, portNames } from './names.ts';
import { curl, makeExchangePapers, network } from './network.ts';
import { createProduction } from './production.ts';
import { createRds } from './rds.ts';
import { tables } from './services/market.ts';
import { targets } from './targets.ts';
import { exchangeUnit } from './units.ts';
import { verify } from './verify.ts';

export const world: World = {
  title: 'Gatherers of trades on hosts of their own, a deduplicator, a production database, an exchange and AWS',
  servers: ['postgres', 'sshd'],
  ports: portNames,
  databases: Object.fromEntries(gathererHosts.map((host) => [databaseOf(host), tables])),
  hosts,
  tools: ['aws'],
  hostTools: ['systemctl', 'journalctl', 'dig', 'ping'],
  targets,
  faults,
  verify,
  open,
};

async function open({ state, supervisor }: Opening): Promise<Running> {
  writeAddresses(state);
  const production = createProduction(state, supervisor);
  const rds = createRds(production);
  const machines = createMachines(state, supervisor);
  const instances = createInstances(machines);
  const parts = { state, supervisor, machines, instances, rds };
  supervisor.define(exchangeUnit(state));
  machines.prepare();
  for (const host of hosts) writeProgram(join(hostFolder(state, host), 'bin'), 'curl', curl(state), {});
  await Promise.all([production.prepare(), makeExchangePapers(state)]);
  await supervisor.start('exchange');
  await until('the exchange answers', () =>
    tellExchange(state, 'up').then(
      () => true,
      () => false,
    ),
  );
  await heal(parts);
  return {
    answer: () => Promise.resolve(undefined),
    fault: async (name) => {
      await faults[name]?.inject(parts);
    },
    heal: () => heal(parts),
    tools: {
      aws: createAws(instances, rds),
      systemctl: systemctl(supervisor),
      journalctl: journalctl(supervisor),
      dig: dig(network),
      ping: ping(network),
    },
    state: () => ({ instances: instances.list(), databases: rds.instances() }),
    close: () => production.close(),
  };
}
