/** Names of this world: symbols, services, ports, topics, flags. */

export const symbols = ['BTC-USD', 'ETH-USD', 'SOL-USD'] as const;

export const modes = ['NORMAL', 'CANCEL_ONLY', 'SOFT_HALT', 'HARD_HALT'] as const;
export type Mode = (typeof modes)[number];

export const engines = ['engine-a', 'engine-b'] as const;
export type Engine = (typeof engines)[number];

export const brokers = ['kafka-1', 'kafka-2', 'kafka-3'] as const;
export type Broker = (typeof brokers)[number];

/** Trades on their way from the engine to the ledger, a partition for each symbol; what the ledger has settled, for others. */
export const settlementTopic = 'settlement';
export const outboxTopic = 'outbox';

export const ledgerDatabase = 'exchange';
export const ledgerUser = 'exchange';

/** Servers of PostgreSQL, which are containers of the same name. */
export const databaseServers = ['postgres', 'postgres-standby', 'postgres-staging'] as const;
export type DatabaseServer = (typeof databaseServers)[number];
/** Those that can be the primary of the ledger. */
export const ledgerServers: readonly DatabaseServer[] = ['postgres', 'postgres-standby'];

/** Services that are programs of this world; `edge-gateway` and `ledger-consumer` can be scaled. */
export const services = [...engines, 'edge-gateway', 'ledger-consumer', 'settlement', 'analytics'] as const;
export type Service = (typeof services)[number];
/** A second edge for one region, which runs only when somebody starts it. */
export const shard = 'ws-shard-eu';

/** Replicas that a service can have, the first included. */
export const mostReplicas = 4;
export const isScalable = (service: string): boolean => service === 'edge-gateway' || service === 'ledger-consumer';

export const flags: Readonly<Record<string, unknown>> = {
  'ws.conflation.aggressive': false,
  'ws.book.depth': 100,
  'ws.subscribe.rate': 50,
  'ws.degraded': false,
  'custody.enabled': true,
  'outbox.publish': true,
  'ledger.roots': true,
};

/** Ports of the services, whose /metrics are scraped. */
const servicePorts: readonly Service[] = ['engine-a', 'engine-b', 'edge-gateway', 'ledger-consumer', 'settlement'];

export const scraped: readonly string[] = ['control-plane', ...servicePorts];

const moreReplicas = Array.from({ length: mostReplicas - 1 }, (_, index) => String(index + 2));

export const portNames: readonly string[] = [
  'control-plane',
  ...servicePorts,
  'analytics',
  'ws-shard-eu',
  ...moreReplicas.flatMap((number) => [`edge-gateway-${number}`, `ledger-consumer-${number}`]),
  ...brokers,
  'quorum',
  'ledger',
  ...databaseServers,
];
