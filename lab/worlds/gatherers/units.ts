/** The processes of this world, as units of the supervisor. */
import { join } from 'node:path';
import { hostFolder } from '../../hosts.ts';
import { builtProgram } from '../../programs.ts';
import type { LabState } from '../../state.ts';
import { portOf, runDirectory } from '../../state.ts';
import type { Unit } from '../../supervisor/unit.ts';
import { addressesFile, exchangeUrl, settingsFile } from './layout.ts';
import type { Host } from './names.ts';
import { isGatherer, unitOf } from './names.ts';

const program = (service: string): Unit['command'] => [process.execPath, builtProgram(join('lab', 'gatherers', `${service}.js`))];

/** Files of the certificate that the exchange has for its name. */
export const exchangePapers = (state: LabState): { readonly cert: string; readonly key: string; readonly authority: string } => {
  const folder = join(runDirectory(state.directory), 'exchange');
  return { cert: join(folder, 'exchange.pem'), key: join(folder, 'exchange.key'), authority: join(folder, 'authority.pem') };
};

export const exchangeUnit = (state: LabState): Unit => ({
  name: 'exchange',
  command: program('exchange'),
  env: {
    PORT: String(portOf(state, 'exchange')),
    TLS_PORT: String(portOf(state, 'exchangeTls')),
    TLS_CERT: exchangePapers(state).cert,
    TLS_KEY: exchangePapers(state).key,
  },
});

export const serviceUnit = (state: LabState, host: Host): Unit => ({
  name: unitOf(host),
  host,
  command: program(isGatherer(host) ? 'gatherer' : 'deduplicator'),
  cwd: hostFolder(state, host),
  // A busy machine needs longer than ten seconds for five starts.
  startWindow: 60_000,
  env: {
    HOST: host,
    CONFIG: settingsFile(state, host),
    EXCHANGE: `${exchangeUrl(state).replace('http', 'ws')}/trade-api/ws/v2`,
    LAB_ADDRESSES: addressesFile(state),
    HEALTH_PORT: String(portOf(state, `health-${host}`)),
    METRICS_PORT: String(portOf(state, `metrics-${host}`)),
  },
});
