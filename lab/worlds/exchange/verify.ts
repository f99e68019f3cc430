/** Is everything in step? Asked of engines, ledger, brokers and control plane, without the interpreter. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { WebSocket } from 'ws';
import type { LabState } from '../../state.ts';
import { addressOf, controlUrl } from '../../state.ts';
import type { Access } from './access.ts';
import { accessFindings } from './access.ts';
import { loadOf } from './edge/crowd.ts';
import { brokerList } from './brokers.ts';
import { isComplete, readCatalogue } from './database/catalogue.ts';
import { sql } from './database/sql.ts';
import { controlPlaneUrl, engineUrls, layoutOf, serviceUrl } from './layout.ts';
import { brokers, engines, flags, outboxTopic, services, settlementTopic, symbols } from './names.ts';
import { wrongBalances } from './schema.ts';
import type { Breakage } from './services/told.ts';
import { breakageFile, flagsFile, replicasFile } from './services/told.ts';

type Findings = Promise<readonly string[]>;

/** Milliseconds for an answer: a machine that is busy is not a fault. */
const patience = 8000;

/** What is wrong, one line each; empty: nothing. */
export async function verify(state: LabState): Findings {
  const [controls, units, pair, books, kafka, stream, locks] = await Promise.all([
    controlPlane(state),
    containers(state),
    engineFindings(state),
    ledger(state),
    topics(state),
    events(state),
    analytics(state),
  ]);
  return [...controls, ...units, ...pair, ...books, ...kafka, ...stream, ...locks, ...crowd(state), ...files(state)];
}

async function read<Answer>(url: string): Promise<Answer | undefined> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(patience) });
    return (await reply.json()) as Answer;
  } catch {
    return undefined;
  }
}

const isOfStream = (name: string): boolean => name.startsWith('ws.') && name !== 'ws.degraded';

/** Halts and flags that nobody has taken back. */
async function controlPlane(state: LabState): Findings {
  const control = controlPlaneUrl(state);
  const [symbols, withdrawals, ...values] = await Promise.all([
    read<readonly { readonly symbol: string; readonly mode: string; readonly throttle: number | null }[]>(
      `${control}/admin/symbols`,
    ),
    read<{ readonly state: string }>(`${control}/admin/withdrawals`),
    ...Object.keys(flags).map((name) => read<{ readonly value: unknown }>(`${control}/flags/${name}`)),
  ]);
  return [
    ...(symbols ?? []).filter(({ mode }) => mode !== 'NORMAL').map(({ symbol, mode }) => `${symbol} is ${mode}`),
    ...(symbols ?? []).filter(({ throttle }) => throttle !== null).map(({ symbol }) => `orders of ${symbol} are throttled`),
    ...(withdrawals?.state === 'on' ? ['withdrawals are halted'] : []),
    // How much the stream carries is a decision that may stay.
    ...Object.entries(flags).flatMap(([name, usual], index) => {
      const now = values[index]?.value;
      return now === usual || isOfStream(name) ? [] : [`the flag ${name} is ${JSON.stringify(now)}`];
    }),
  ];
}

interface UnitState {
  readonly unit: { readonly name: string };
  readonly state: string;
  readonly startedAt?: string;
}

/** What was started and does not run. While the world is starting its control port tells nothing of units, and nobody has stopped one yet. */
async function containers(state: LabState): Findings {
  const units = await read<readonly UnitState[]>(`${controlUrl(state)}/units`);
  if (units === undefined || !('length' in units)) return [];
  return units
    .filter(
      ({ unit, state: now, startedAt }) =>
        [...services, ...brokers].some((name) => name === unit.name) && startedAt !== undefined && now !== 'running',
    )
    .map(({ unit }) => `${unit.name} does not run`);
}

interface EngineState {
  readonly role: string;
  readonly holdsLease: boolean;
  readonly durableSeq: number;
  readonly stateHash: string;
}

/** One node leads and holds the lease, and both have the same state up to what the slower one has. */
async function engineFindings(state: LabState): Findings {
  const urls = engineUrls(state);
  const states = await Promise.all(engines.map((node) => read<EngineState>(`${urls[node] ?? ''}/state`)));
  const leaders = states.filter((one) => one?.role === 'leader');
  const common = Math.min(...states.map((one) => one?.durableSeq ?? 0));
  const hashes = await Promise.all(engines.map((node) => read<EngineState>(`${urls[node] ?? ''}/state?at=${String(common)}`)));
  return [
    ...(leaders.length === 1 && leaders[0]?.holdsLease === true ? [] : [`${String(leaders.length)} engines lead`]),
    ...(new Set(hashes.map((one) => one?.stateHash)).size === 1 ? [] : ['the engines differ in their state']),
  ];
}

/** Settled up to what the engine had a moment ago, each trade once and balanced, and balances that fit. */
async function ledger(state: LabState): Findings {
  const statement = `select (select count(*) from invariant_violations)::int as violations, (${wrongBalances})::int as balances,
    (select count(*) from settlement_state where ledger_seq < engine_seq - 8)::int as behind,
    (select count(*) from settlement_state where updated_at > now() - interval '3 s')::int as fresh,
    (select count(*) from pg_stat_activity where state = 'idle in transaction' and now() - xact_start > interval '1 s')::int as open`;
  const rows = await sql(state, 'ledger', statement).catch(() => undefined);
  if (rows === undefined) return ['the ledger does not answer'];
  const { violations, balances, behind, fresh, open } = rows[0] as Readonly<
    Record<'violations' | 'balances' | 'behind' | 'fresh' | 'open', number>
  >;
  return [
    ...(violations === 0 ? [] : [`${String(violations)} violations of invariants`]),
    ...(balances === 0 ? [] : [`${String(balances)} balances differ from the entries`]),
    ...(behind === 0 ? [] : [`${String(behind)} symbols are not settled`]),
    ...(fresh === 3 ? [] : ['the reconciliation does not run']),
    ...(open === 0 ? [] : ['a transaction is left open in the ledger']),
  ];
}

/** Its batches hold the ledger and let go of it for a moment: who looks in that moment finds nothing in the ledger. */
async function analytics(state: LabState): Findings {
  const health = await read<{ readonly locks: number }>(`${serviceUrl(state, 'analytics')}/healthz`);
  return (health?.locks ?? 0) === 0 ? [] : ['analytics lock the ledger'];
}

async function topics(state: LabState): Findings {
  const kafka = new Kafka({
    brokers: [...brokerList(state)],
    logLevel: logLevel.NOTHING,
    connectionTimeout: patience,
    requestTimeout: patience,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [settlementTopic, outboxTopic] });
    return found.flatMap(({ name, partitions }) =>
      partitions
        .filter(({ isr, replicas }) => isr.length < replicas.length)
        .map(({ partitionId }) => `${name}[${String(partitionId)}] has replicas that are not in sync`),
    );
  } catch {
    return ['the brokers do not answer'];
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Milliseconds for a first event. */
const eventWithin = 10_000;

/** A client of the stream gets trades. */
function events(state: LabState): Findings {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${addressOf(state, 'edge-gateway')}/stream`, { handshakeTimeout: patience });
    const finish = (findings: readonly string[]): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.terminate();
      resolve(findings);
    };
    const timer = setTimeout(() => {
      finish(['the stream delivers no trades']);
    }, eventWithin);
    socket.on('open', () => {
      socket.send('{"subscribe":"trades"}');
    });
    socket.on('message', () => {
      finish([]);
    });
    socket.on('error', () => {
      finish(['the stream does not open']);
    });
  });
}

/** Symptoms of the clients at the edge, as they are now. */
function crowd(state: LabState): readonly string[] {
  const { run } = layoutOf(state);
  const json = (file: string): Readonly<Record<string, unknown>> =>
    JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
  const now = json(flagsFile(run));
  const { queue, publishLag, cpu, closes } = loadOf((json(breakageFile(run)) as Breakage).crowd === true, {
    isConflated: now['ws.conflation.aggressive'] === true,
    depth: Number(now['ws.book.depth']),
    subscribeRate: Number(now['ws.subscribe.rate']),
    replicas: Number(json(replicasFile(run))['edge-gateway'] ?? 1),
  });
  return [
    ...(queue > 1000 ? ['messages wait in the buffers of the edge'] : []),
    ...(publishLag > 1 ? ['messages are sent late'] : []),
    ...(cpu > 0.85 ? ['the processors of the edge are busy'] : []),
    ...(closes > 0 ? ['slow clients are closed'] : []),
  ];
}

/** What is only written down: backups, access, and what the lab itself keeps broken. */
function files(state: LabState): readonly string[] {
  const layout = layoutOf(state);
  const backups = readCatalogue(layout.backups);
  const newest = backups.at(-1);
  const access = JSON.parse(readFileSync(layout.accessDirectory, 'utf8')) as Access;
  const breakage = JSON.parse(readFileSync(breakageFile(layout.run), 'utf8')) as Breakage;
  const replicas = JSON.parse(readFileSync(replicasFile(layout.run), 'utf8')) as Readonly<Record<string, number>>;
  const smoke = readFileSync(join(layout.config, 'ledger-consumer.yaml'), 'utf8');
  return [
    ...(newest !== undefined && isComplete(layout.backups, newest) ? [] : ['the newest backup is missing']),
    ...accessFindings(access),
    ...(breakage.panelMissing === true ? ['a series is not exported'] : []),
    ...(breakage.batchMs !== undefined && (replicas['ledger-consumer'] ?? 1) < symbols.length
      ? ['one consumer is late with all partitions']
      : []),
    ...(smoke.includes('smoke: true') ? [] : ['trades of the smoke test are not settled']),
  ];
}
