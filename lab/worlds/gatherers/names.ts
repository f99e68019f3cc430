/** Names of this world: hosts, instances, subnets, databases, and the ports that they have. */

/** Host of a gatherer -> its number, which is also the one of its database. */
export const gathererHosts = ['gatherer-1', 'gatherer-2', 'gatherer-3', 'gatherer-4'] as const;
export type GathererHost = (typeof gathererHosts)[number];
/** Those of a healthy world; the fourth is the host name of a replacement. */
export const usualGatherers: readonly GathererHost[] = gathererHosts.slice(0, 3);
export const hosts = [...gathererHosts, 'deduplicator'] as const;
export type Host = (typeof hosts)[number];

export const isGatherer = (name: string): name is GathererHost => (gathererHosts as readonly string[]).includes(name);

/** Each subnet has the host name of one gatherer; the replacement has one of its own by its tag. */
export const subnets: Readonly<Record<string, GathererHost>> = {
  'subnet-a': 'gatherer-1',
  'subnet-b': 'gatherer-2',
  'subnet-c': 'gatherer-3',
};

export const subnetOf = (host: GathererHost): string =>
  Object.keys(subnets).find((subnet) => subnets[subnet] === host) ?? 'subnet-a';

export const databaseOf = (host: GathererHost): string => `kalshi_ts_${host.slice('gatherer-'.length)}`;
export const productionDatabase = 'kalshi_prod';

export const productionId = 'kalshi-prod';
const domain = 'c9q2.eu-west-1.rds.amazonaws.com';
/** Address under which a service knows a database instance. */
export const endpointOf = (id: string): string => `${id}.${domain}`;

export const unitOf = (host: Host): string => `${isGatherer(host) ? 'gatherer' : 'deduplicator'}@${host}`;

export const portNames: readonly string[] = [
  'exchange',
  'exchangeTls',
  'production',
  'restored',
  ...hosts.flatMap((host) => [`health-${host}`, `metrics-${host}`]),
];
