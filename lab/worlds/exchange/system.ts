/** The exchange as a whole: its servers, its services, and the control plane that runs in this process. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import type { Call, Reply } from '../../process/call.ts';
import { metricsReply, notFound } from '../../process/call.ts';
import { serveCalls } from '../../process/http.ts';
import { openBalancer } from '../../process/balancer.ts';
import type { Flags } from '../../process/flags.ts';
import { createFlags, flagReply } from '../../process/flags.ts';
import { exposition, labelled, one } from '../../services/exposition.ts';
import type { LabState } from '../../state.ts';
import { portOf } from '../../state.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import type { Brokers, Observed } from './brokers.ts';
import { createBrokers } from './brokers.ts';
import { admin } from './control/admin.ts';
import type { Audit } from './control/audit.ts';
import { createAudit } from './control/audit.ts';
import { usualControls, writeBreakage, writeControls, writeFlags, writeReplicas } from './control/files.ts';
import type { LeaseService } from './control/lease.ts';
import { createLease } from './control/lease.ts';
import type { LedgerServers } from './database/ledger-servers.ts';
import { createLedgerServers } from './database/ledger-servers.ts';
import { sql } from './database/sql.ts';
import type { Layout } from './layout.ts';
import { engineUrls, layoutOf } from './layout.ts';
import { leaderOf } from './ledger/reconcile.ts';
import type { DatabaseServer, Service } from './names.ts';
import { flags as usualFlags, ledgerServers, outboxTopic, services, settlementTopic } from './names.ts';
import type { Breakage, Controls } from './services/told.ts';
import { watched } from './services/watched.ts';
import { containerOf, serviceUnit, shardUnit } from './units.ts';

export interface System {
  readonly state: LabState;
  readonly supervisor: Supervisor;
  readonly layout: Layout;
  readonly brokers: Brokers;
  readonly ledger: LedgerServers;
  readonly lease: LeaseService;
  readonly audit: Audit;
  readonly flags: Flags;
  controls(): Controls;
  order(controls: Controls): void;
  break(breakage: Breakage): void;
  replicas(): Readonly<Record<string, number>>;
  scale(service: string, replicas: number): Promise<void>;
  close(): Promise<void>;
}

/** Who reads what. */
const watchedGroups = { 'ledger-consumer': settlementTopic, analytics: outboxTopic } as const;

export async function openSystem(state: LabState, supervisor: Supervisor): Promise<System> {
  const layout = layoutOf(state);
  const brokers = await createBrokers(state, supervisor);
  const ledger = createLedgerServers(state, supervisor, layout);
  const lease = createLease(layout.leaseLog);
  const audit = createAudit(layout.audit);
  let controls = usualControls;
  let replicas: Readonly<Record<string, number>> = {};
  let flagValues = usualFlags;
  const order = (now: Controls): void => {
    controls = now;
    writeControls(layout, now);
  };
  const flags = createFlags(usualFlags, (name, value) => {
    flagValues = { ...flagValues, [name]: value };
    writeFlags(layout, flagValues);
    return Promise.resolve();
  });
  for (const service of services) supervisor.define(serviceUnit(state, service));
  supervisor.define(shardUnit(state));
  order(usualControls);
  writeFlags(layout, flagValues);
  writeReplicas(layout, replicas);
  writeBreakage(layout, {});
  const observation = observe(brokers);
  const address = await openLedgerAddress(state, layout);
  const parts = {
    audit,
    controls: () => controls,
    order,
    isCustodyEnabled: () => flagValues['custody.enabled'] === true,
    cancelAll: (symbol: string) => cancelAll(state, symbol),
    openOrders: async () => (await leaderState(state))?.openOrders ?? {},
    deployments: () => deployments(supervisor),
  };
  const answer = async (call: Call): Promise<Reply> => {
    const [first, ...rest] = call.path;
    if (first === 'metrics') return metricsReply(await metrics(state, observation.latest()));
    if (first === 'admin') return admin(call, rest, parts);
    if (first === 'lease') return lease.answer(call, rest);
    return first === 'flags' ? flagReply(call, flags) : notFound;
  };
  const controlPlane = await serveCalls(portOf(state, 'control-plane'), answer);
  return {
    state,
    supervisor,
    layout,
    brokers,
    ledger,
    lease,
    audit,
    flags,
    controls: () => controls,
    order,
    break: (breakage) => {
      writeBreakage(layout, breakage);
    },
    replicas: () => replicas,
    scale: async (service, count) => {
      replicas = { ...replicas, [service]: count };
      await scaleTo(state, supervisor, service as Service, count);
      writeReplicas(layout, replicas);
    },
    close: async () => {
      observation.stop();
      controlPlane.close();
      controlPlane.closeAllConnections();
      address.close();
      await ledger.close();
      await brokers.close();
    },
  };
}

/** The one address of the ledger leads to the server that the settings name. */
function openLedgerAddress(state: LabState, { config }: Layout): Promise<Server> {
  const settings = watched<{ readonly primary?: unknown }>(join(config, 'database.yaml'), {});
  const isServer = (name: unknown): name is DatabaseServer => (ledgerServers as readonly unknown[]).includes(name);
  return openBalancer(portOf(state, 'ledger'), () => {
    const { primary } = settings();
    return isServer(primary) ? [portOf(state, primary)] : [];
  });
}

/** The server that the address of the ledger leads to. */
export const primaryOf = ({ config }: Layout): string | undefined =>
  /^primary: (\S+)/m.exec(readFileSync(join(config, 'database.yaml'), 'utf8'))?.[1];

async function scaleTo(state: LabState, supervisor: Supervisor, service: Service, replicas: number): Promise<void> {
  for (let replica = 2; supervisor.status(containerOf(service, replica)) !== undefined || replica <= replicas; replica += 1) {
    const name = containerOf(service, replica);
    if (replica <= replicas) {
      supervisor.define(serviceUnit(state, service, replica));
      await supervisor.start(name);
    } else await supervisor.remove(name);
  }
}

interface LeaderState {
  readonly openOrders: Readonly<Record<string, number>>;
}

async function leaderState(state: LabState): Promise<LeaderState | undefined> {
  return (await leaderOf(engineUrls(state)))?.state as (LeaderState & object) | undefined;
}

async function cancelAll(state: LabState, symbol: string): Promise<number> {
  const leader = await leaderOf(engineUrls(state));
  if (leader === undefined) throw new Error('no engine leads');
  const reply = await fetch(`${leader.url}/control/cancel-all`, { method: 'POST', body: JSON.stringify({ symbol }) });
  return ((await reply.json()) as { readonly cancelled: number }).cancelled;
}

/** Starts of services, as the deployment history tells them. */
const deployments = (supervisor: Supervisor): unknown =>
  supervisor
    .list()
    .flatMap(({ unit, startedAt }) =>
      unit.container === undefined || startedAt === undefined
        ? []
        : [{ at: startedAt, service: unit.container, version: 'lab', change: 'started' }],
    );

interface Observation {
  latest(): Observed;
  stop(): void;
}

/** Milliseconds between two looks at the brokers. */
const lookEvery = 700;

function observe(brokers: Brokers): Observation {
  let latest: Observed = { living: 0, expected: 1, lags: new Map() };
  let isStopped = false;
  const look = async (): Promise<void> => {
    latest = await brokers.observe(watchedGroups).catch(() => ({ ...latest, living: 0, expected: brokers.expected() }));
    if (!isStopped) setTimeout(() => void look(), lookEvery);
  };
  void look();
  return {
    latest: () => latest,
    stop: () => {
      isStopped = true;
    },
  };
}

async function metrics(state: LabState, { living, expected, lags }: Observed): Promise<string> {
  const isUp = await sql(state, 'ledger', 'select 1').then(
    () => 1,
    () => 0,
  );
  return exposition([
    { name: 'kafka_brokers', type: 'gauge', help: 'Brokers that answer', samples: one(living) },
    { name: 'kafka_brokers_expected', type: 'gauge', help: 'Brokers that there should be', samples: one(expected) },
    {
      name: 'kafka_consumergroup_lag',
      type: 'gauge',
      help: 'Records that a group has not read',
      samples: labelled('group', lags),
    },
    { name: 'ledger_up', type: 'gauge', help: 'Whether the ledger answers', samples: one(isUp) },
  ]);
}
