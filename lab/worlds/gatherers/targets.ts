/** Targets of the runbooks in this world. */
import { sshTarget } from '../../hosts.ts';
import type { LabState } from '../../state.ts';
import { addressOf, controlUrl, portOf } from '../../state.ts';
import type { Host } from './names.ts';
import { databaseOf, gathererHosts, productionDatabase } from './names.ts';

type Entry = Readonly<Record<string, unknown>>;

export function targets(state: LabState): Readonly<Record<string, Entry>> {
  const control = controlUrl(state);
  const ofAll = (type: string, entry: (host: (typeof gathererHosts)[number]) => Entry): Entry => ({
    type,
    members: Object.fromEntries(gathererHosts.map((host) => [host, entry(host)])),
  });
  const health = (host: Host): Entry => ({ url: `http://${addressOf(state, `health-${host}`)}` });
  const metrics = (host: Host): Entry => ({ url: `http://${addressOf(state, `metrics-${host}`)}/metrics` });
  const postgres = (server: string, database: string): Entry => ({
    host: '127.0.0.1',
    port: portOf(state, server),
    database,
    user: 'postgres',
  });
  return {
    gatherers: ofAll('http', health),
    gathererMetrics: ofAll('exposition', metrics),
    gathererHosts: ofAll('ssh', (host) => sshMember(state, host)),
    gathererData: ofAll('postgres', (host) => postgres('postgres', databaseOf(host))),
    dedup: { type: 'http', ...health('deduplicator') },
    dedupMetrics: { type: 'exposition', ...metrics('deduplicator') },
    dedupHost: sshTarget(state, 'deduplicator'),
    prod: { type: 'postgres', ...postgres('production', productionDatabase) },
    restored: { type: 'postgres', ...postgres('restored', productionDatabase) },
    vendor: { type: 'http', url: `http://${addressOf(state, 'exchange')}` },
    vendorStream: { type: 'websocket', url: `ws://${addressOf(state, 'exchange')}/trade-api/ws/v2` },
    ops: { type: 'chat', webhook: `${control}/sink/chat` },
    oncall: { type: 'pager', url: `${control}/sink/pager`, routingKey: 'lab' },
    tickets: { type: 'ticket', url: `${control}/sink/tickets` },
  };
}

/** A member has the keys of an entry without the type. */
const sshMember = (state: LabState, host: Host): Entry =>
  Object.fromEntries(Object.entries(sshTarget(state, host)).filter(([key]) => key !== 'type'));
