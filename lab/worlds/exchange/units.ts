/** The services of this world, as units of the supervisor; each is a container of its name. */
import { join } from 'node:path';
import { builtProgram } from '../../programs.ts';
import type { LabState } from '../../state.ts';
import { addressOf, portOf } from '../../state.ts';
import type { Unit } from '../../supervisor/unit.ts';
import { brokerList } from './brokers.ts';
import { controlPlaneUrl, engineUrls, layoutOf, serviceUrl } from './layout.ts';
import type { Service } from './names.ts';
import { engines, ledgerDatabase, ledgerUser, shard } from './names.ts';

/** `replica`: 1 for the first, which has the name of its service. */
export const containerOf = (service: string, replica: number): string =>
  replica === 1 ? service : `${service}-${String(replica)}`;

/** The edge of another region. */
export const shardUnit = (state: LabState): Unit => unit(state, 'edge-gateway', shard);

export const serviceUnit = (state: LabState, service: Service, replica = 1): Unit =>
  unit(state, service, containerOf(service, replica));

function unit(state: LabState, service: Service, name: string): Unit {
  const layout = layoutOf(state);
  const isEngine = (engines as readonly string[]).includes(service);
  const program = isEngine ? 'engine' : service;
  const peer = service === 'engine-a' ? 'engine-b' : 'engine-a';
  return {
    name,
    container: name,
    command: [process.execPath, builtProgram(join('lab', 'exchange', `${program}.js`))],
    // As `restart: no` of the compose file: whoever stops or kills it has to start it.
    restart: 'never',
    stopWithin: 7000,
    env: {
      PORT: String(portOf(state, name)),
      RUN: layout.run,
      BROKERS: brokerList(state).join(','),
      LEDGER: `postgres://${ledgerUser}@${addressOf(state, 'ledger')}/${ledgerDatabase}`,
      ENGINES: JSON.stringify(engineUrls(state)),
      GROUP: name,
      ...(isEngine
        ? {
            NODE: service,
            PEER: serviceUrl(state, peer),
            LEASE: `${controlPlaneUrl(state)}/lease`,
            WAL: layout.wal,
            SNAPSHOTS: layout.snapshots,
          }
        : {}),
    },
  };
}
