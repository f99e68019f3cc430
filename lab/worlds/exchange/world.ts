/** A spot exchange: an engine pair with a lease, a ledger in PostgreSQL behind Kafka, an edge, and the controls of its operators. */
import { builtProgram } from '../../programs.ts';
import { createTools } from './tools/tools.ts';
import { controlFaults } from './faults/control.ts';
import { databaseFaults } from './faults/database.ts';
import type { Injected } from './faults/injected.ts';
import { ledgerFaults } from './faults/ledger.ts';
import { serviceFaults } from './faults/services.ts';
import { heal } from './heal.ts';
import { portNames, scraped } from './names.ts';
import { rules } from './rules.ts';
import { openSystem } from './system.ts';
import { facts, staging, targets } from './targets.ts';
import { verify } from './verify.ts';
import type { Opening, Running, World } from '../world.ts';

const faults: Readonly<Record<string, Injected>> = { ...ledgerFaults, ...serviceFaults, ...databaseFaults, ...controlFaults };

export const world: World = {
  title: 'A spot exchange: engines with a lease, a ledger behind Kafka, an edge, admin controls',
  servers: ['prometheus', 'alertmanager'],
  contained: ['kafka', 'postgres'],
  ports: portNames,
  scrape: scraped,
  rules,
  tools: ['docker', 'pgbackrest'],
  programs: () => ({ websocat: { command: [process.execPath, builtProgram('lab/exchange/websocat.js')] } }),
  targets,
  facts,
  people: { 'incident-commander': ['ana'], dba: ['ben'], 'engine-owner': ['cleo'] },
  environments: (state) => ({ staging: staging(state) }),
  faults,
  healthy:
    'max(invariant_violation_total) == 0 and on() sum(engine_is_leader) == 1 and on() histogram_quantile(0.99, sum by (le) (rate(settlement_lag_seconds_bucket[5s]))) < 2 and on() kafka_brokers == on() kafka_brokers_expected and on() ledger_up == 1 and on() count(engine_wal_fsync_seconds_count) == 2',
  verify,
  open,
};

async function open({ state, supervisor }: Opening): Promise<Running> {
  const system = await openSystem(state, supervisor);
  await Promise.all([system.ledger.prepare(), system.brokers.start().then(() => system.brokers.makeTopics())]);
  await heal(system);
  return {
    answer: () => Promise.resolve(undefined),
    tools: createTools(system),
    fault: async (name) => {
      await faults[name]?.inject(system);
    },
    heal: () => heal(system),
    state: () => ({ lease: system.lease.state(), controls: system.controls(), replicas: system.replicas() }),
    close: () => system.close(),
  };
}
