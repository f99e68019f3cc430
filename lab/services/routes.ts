/** Which request gets which answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { dashboard } from './dashboard.ts';
import type { Remedy } from './settings.ts';
import { remedies } from './settings.ts';
import type { Sinks } from './sinks.ts';
import { isSink } from './sinks.ts';
import type { World } from './world.ts';

/** What a request is about, parsed. */
export interface Call {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly ifMatch: string | undefined;
  readonly body: unknown;
}

export interface Shelf {
  readonly sinks: Sinks;
  readonly calls: { add(entry: unknown): void; list(): readonly unknown[] };
}

export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
  /** Version of a flag: its ETag. */
  readonly version?: string;
}

const notFound: Reply = { status: 404, json: { error: 'not found' } };
const wrongMethod: Reply = { status: 405, json: { error: 'method not allowed' } };

export async function answer(call: Call, shelf: Shelf, world: World | undefined): Promise<Reply> {
  const [first, second] = call.path;
  if (first === 'sink') return sink(call, shelf, second ?? '');
  if (first === 'calls') return calls(call, shelf);
  if (world === undefined) return { status: 503, json: { error: 'starting' } };
  switch (first) {
    case 'ready':
      return { status: 200, json: { ready: true } };
    case 'metrics':
      return { status: 200, text: world.gateway.metrics(), type: 'text/plain; version=0.0.4' };
    case 'flags':
      return flag(call, world);
    case 'v1':
      return snapshot(call, world);
    case 'd':
      return { status: 200, text: dashboard(world.gateway.ratios()), type: 'text/html; charset=utf-8' };
    case 'state':
      return { status: 200, json: world.state() };
    default:
      return call.method === 'POST' ? action(call, shelf, world) : notFound;
  }
}

function sink(call: Call, { sinks }: Shelf, name: string): Reply {
  if (!isSink(name)) return notFound;
  if (call.method === 'GET') return { status: 200, json: sinks.list(name) };
  if (call.method !== 'POST' && call.method !== 'PUT' && call.method !== 'PATCH') return wrongMethod;
  sinks.add(name, call.body ?? null);
  return { status: 200, json: { ok: true } };
}

function calls(call: Call, shelf: Shelf): Reply {
  if (call.method === 'POST') shelf.calls.add(call.body);
  return { status: 200, json: call.method === 'POST' ? { ok: true } : shelf.calls.list() };
}

async function flag(call: Call, world: World): Promise<Reply> {
  const [, name = '', part] = call.path;
  const now = world.flags.get(name);
  if (now === undefined) return { status: 404, json: { error: `no flag ${name}` } };
  if (part === 'permissions') return { status: 200, json: { read: true, write: true } };
  if (part !== undefined) return notFound;
  if (call.method === 'GET') return { status: 200, json: now, version: now.version };
  if (call.method !== 'PUT') return wrongMethod;
  const body = call.body as { readonly value?: unknown } | undefined;
  if (typeof body !== 'object' || body.value === undefined) return { status: 400, json: { error: 'expected {"value": ...}' } };
  const put = await world.flags.put(name, body.value, call.ifMatch);
  if (put.flag === undefined) return notFound;
  return { status: put.done === 'conflict' ? 412 : 200, json: put.flag, version: put.flag.version };
}

/** The REST snapshot may be asked for a frame that it has not read itself yet. */
const snapshotWait = 1000;

async function snapshot(call: Call, world: World): Promise<Reply> {
  const [, resource, symbol = ''] = call.path;
  if (resource !== 'orderbook' || world.history.latest(symbol) === undefined) return notFound;
  const asked = call.query.get('seq');
  const find = (): ReturnType<World['history']['at']> =>
    asked === null ? world.history.latest(symbol) : world.history.at(symbol, Number(asked));
  for (let waited = 0; find() === undefined && waited < snapshotWait; waited += 20) await sleep(20);
  const found = find();
  if (found === undefined) return { status: 404, json: { error: `${symbol} has no quote with the number ${asked ?? ''}` } };
  return { status: 200, json: { symbol, seq: found.seq, levels: found.levels } };
}

async function action(call: Call, shelf: Shelf, world: World): Promise<Reply> {
  const [kind, name = ''] = call.path;
  if (kind === 'remedies' && name === 'rebuild-cache') return { status: 200, json: await world.rebuildCache() };
  if (kind === 'remedies' && name === 'sync-offsets') return { status: 200, json: await world.syncOffsets() };
  if (kind === 'faults') return (await world.fault(name)) ? { status: 200, json: { injected: name } } : notFound;
  if (kind === 'disabled') {
    if (!isRemedy(name)) return notFound;
    world.disable(name);
    return { status: 200, json: { disabled: name } };
  }
  if (kind === 'heal') {
    await world.heal();
    shelf.sinks.clear();
    return { status: 200, json: { healed: true } };
  }
  return notFound;
}

const isRemedy = (name: string): name is Remedy => (remedies as readonly string[]).includes(name);
