/** Files of the world: a folder for each host, with its settings as the services read them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostFolder } from '../../hosts.ts';
import type { LabState } from '../../state.ts';
import { addressOf, portOf, runDirectory } from '../../state.ts';
import type { Host } from './names.ts';
import { databaseOf, endpointOf, gathererHosts, isGatherer, productionDatabase, productionId, usualGatherers } from './names.ts';

export const settingsFile = (state: LabState, host: Host): string =>
  join(hostFolder(state, host), 'etc', isGatherer(host) ? 'gatherer' : 'deduplicator', 'config.yaml');

export const addressesFile = (state: LabState): string => join(runDirectory(state.directory), 'addresses.json');

const usualBuffer = 20_000;

const gathererSettings = (bufferSize: string): string =>
  ['# Settings of the gatherer, read when it starts.', 'router:', `  orderbook_buffer_size: ${bufferSize} # messages`, ''].join(
    '\n',
  );

const deduplicatorSettings = (delay: number): string =>
  [
    '# Settings of the deduplicator, read when it starts.',
    `sources: ${usualGatherers.join(',')} # hosts of gatherers`,
    'production:',
    `  host: ${endpointOf(productionId)}`,
    'sync:',
    `  delay_seconds: ${String(delay)} # younger trades wait`,
    '',
  ].join('\n');

/** What the settings of a host are when nobody has touched them. */
export const usualSettings = (host: Host): string =>
  isGatherer(host) ? gathererSettings(String(usualBuffer)) : deduplicatorSettings(0);

export function writeSettings(state: LabState, host: Host, text: string): void {
  const file = settingsFile(state, host);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

export const writeBuffer = (state: LabState, host: Host, size: string): void => {
  writeSettings(state, host, gathererSettings(size));
};

export const writeDelay = (state: LabState, seconds: number): void => {
  writeSettings(state, 'deduplicator', deduplicatorSettings(seconds));
};

export const readSettingsText = (state: LabState, host: Host): string => readFileSync(settingsFile(state, host), 'utf8');

/** Who can be reached where: what a name server would tell the services. */
export function writeAddresses(state: LabState): void {
  const database = (server: string, name: string): string =>
    `postgres://postgres@127.0.0.1:${String(portOf(state, server))}/${name}`;
  const addresses = {
    ...Object.fromEntries(gathererHosts.map((host) => [host, database('postgres', databaseOf(host))])),
    [endpointOf(productionId)]: database('production', productionDatabase),
    [endpointOf(restoredId)]: database('restored', productionDatabase),
  };
  writeFileSync(addressesFile(state), JSON.stringify(addresses));
}

/** The only name that a restored database can have here: its port is known beforehand. */
export const restoredId = 'kalshi-prod-restored';

export const exchangeUrl = (state: LabState): string => `http://${addressOf(state, 'exchange')}`;
