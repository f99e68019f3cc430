/** Targets and facts of the runbooks in this world. */
import type { LabState } from '../../state.ts';
import { addressOf, controlUrl, portOf, prometheusUrl } from '../../state.ts';
import { brokerList } from './brokers.ts';
import { controlPlaneUrl, layoutOf, serviceUrl } from './layout.ts';
import { engines, ledgerDatabase, ledgerUser, symbols } from './names.ts';

type Entry = Readonly<Record<string, unknown>>;

const database = (state: LabState, port: string): Entry => ({
  type: 'postgres',
  host: '127.0.0.1',
  port: portOf(state, port),
  database: ledgerDatabase,
  user: ledgerUser,
});

/** Where people are told. */
const receivers = (state: LabState): Readonly<Record<string, Entry>> => {
  const control = controlUrl(state);
  return {
    oncall: { type: 'pager', url: `${control}/sink/pager`, routingKey: 'lab' },
    dba: { type: 'pager', url: `${control}/sink/pager`, routingKey: 'lab-dba' },
    support: { type: 'chat', webhook: `${control}/sink/chat` },
    status: { type: 'statuspage', url: `${control}/sink/statuspage` },
    tickets: { type: 'ticket', url: `${control}/sink/tickets` },
  };
};

export function targets(state: LabState): Readonly<Record<string, Entry>> {
  const control = controlPlaneUrl(state);
  return {
    admin: { type: 'http', url: control },
    edge: { type: 'http', url: serviceUrl(state, 'edge-gateway') },
    stream: { type: 'websocket', url: `ws://${addressOf(state, 'edge-gateway')}/stream`, seqField: 'seq' },
    engines: { type: 'http', members: Object.fromEntries(engines.map((node) => [node, { url: serviceUrl(state, node) }])) },
    lease: { type: 'http', url: `${control}/lease` },
    ledger: database(state, 'ledger'),
    standby: database(state, 'postgres-standby'),
    broker: { type: 'kafka', brokers: brokerList(state) },
    prometheus: { type: 'prometheus', url: prometheusUrl(state) },
    alertmanager: { type: 'alertmanager', url: `http://${addressOf(state, 'alertmanager')}` },
    flags: { type: 'flag', provider: 'http', url: control },
    services: { type: 'docker' },
    ...receivers(state),
  };
}

export function facts(state: LabState): Readonly<Record<string, unknown>> {
  const layout = layoutOf(state);
  return {
    symbols,
    checkout: layout.checkout,
    walFolder: layout.wal,
    snapshots: layout.snapshots,
    leaseLog: layout.leaseLog,
    configFolder: layout.config,
    evidence: layout.evidence,
    backups: layout.backups,
    archive: layout.archive,
    ledgerData: `${layout.data}/postgres`,
    ledgerContainer: 'postgres',
    standbyData: `${layout.data}/postgres-standby`,
    accessDirectory: layout.accessDirectory,
    edgeUrl: serviceUrl(state, 'edge-gateway'),
    streamUrl: `ws://${addressOf(state, 'edge-gateway')}/stream`,
  };
}

/** Staging has a server of its own to restore on, and the backups of the ledger. */
export function staging(state: LabState): { readonly facts: Entry; readonly targets: Readonly<Record<string, Entry>> } {
  const layout = layoutOf(state);
  return {
    facts: {
      symbols,
      checkout: layout.checkout,
      backups: layout.backups,
      archive: layout.archive,
      evidence: layout.evidence,
      accessDirectory: layout.accessDirectory,
      ledgerData: `${layout.data}/postgres-staging`,
      ledgerContainer: 'postgres-staging',
    },
    targets: { ledger: database(state, 'postgres-staging'), services: { type: 'docker' }, ...receivers(state) },
  };
}
