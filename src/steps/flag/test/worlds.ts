/** One world a provider: a flag `pause` (there `ops.pause`), how to look at it and to change it behind the interpreter's back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../../../../lab/servers/test-servers.ts';
import type { Json } from '../../../interpreter/core/model/value.ts';
import type { Web } from './web.ts';
import { patched, serve } from './web.ts';

export interface World {
  readonly target: { readonly [key: string]: Json };
  /** Two values that the flag may have beside its first. */
  readonly first: Json;
  readonly second: Json;
  look(): Promise<Json>;
  change(value: Json): Promise<void>;
  readonly web?: Web;
  stop(): Promise<void>;
}

const there = { names: { pause: 'ops.pause' } };
const token = 'token-never-to-be-shown';
const denied = { status: 401, body: { message: 'unauthorized' } };
const missing = { status: 404, body: { message: 'not found' } };

function inFile(): { readonly path: string; look(): Json; change(value: Json): void; remove(): void; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-flag-'));
  const path = join(folder, 'flags.json');
  const change = (value: Json): void => {
    writeFileSync(path, JSON.stringify({ other: 1, 'ops.pause': value }));
  };
  change('on');
  const look = (): Json => (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Json>)['ops.pause'] ?? null;
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { path, folder, look, change, remove };
}

export async function fileWorld(): Promise<World> {
  const own = inFile();
  return {
    target: { provider: 'file', file: own.path, ...there },
    first: 'on',
    second: 'off',
    look: async () => own.look(),
    change: async (value) => {
      own.change(value);
    },
    stop: async () => {
      own.remove();
    },
  };
}

const flagctl = `
import { readFileSync, writeFileSync } from 'node:fs';
const [path, verb, flag, value] = process.argv.slice(2);
if (process.env.FLAG_TOKEN !== '${token}') { console.error('unauthorized'); process.exit(2); }
const all = JSON.parse(readFileSync(path, 'utf8'));
if (!(flag in all)) { console.error('no such flag ' + flag); process.exit(3); }
if (verb === 'get') console.log(JSON.stringify(all[flag]));
if (verb === 'set') writeFileSync(path, JSON.stringify({ ...all, [flag]: JSON.parse(value) }));
`;

export async function commandWorld(): Promise<World> {
  const own = inFile();
  const script = join(own.folder, 'flagctl.mjs');
  writeFileSync(script, flagctl);
  const argv = (verb: string, ...more: string[]): Json => [process.execPath, script, own.path, verb, '{flag}', ...more];
  return {
    target: { provider: 'command', get: argv('get'), set: argv('set', '{value}'), env: { FLAG_TOKEN: token }, ...there },
    first: 'on',
    second: 'off and {flag} "quoted"',
    look: async () => own.look(),
    change: async (value) => {
      own.change(value);
    },
    stop: async () => {
      own.remove();
    },
  };
}

export async function redisWorld(): Promise<World> {
  const server = await startRedis();
  const client = new Redis(server.url);
  const change = async (value: Json): Promise<void> => void (await client.hset('flags', 'ops.pause', JSON.stringify(value)));
  await change('on');
  return {
    target: { provider: 'redis', url: server.url, ...there },
    first: 'on',
    second: 'off',
    look: async () => JSON.parse((await client.hget('flags', 'ops.pause')) ?? 'null') as Json,
    change,
    stop: async () => {
      client.disconnect();
      await server.stop();
    },
  };
}

export async function httpWorld(): Promise<World> {
  let state: { value: Json; version: number } = { value: 'on', version: 7 };
  const web = await serve((asked) => {
    if (asked.headers.authorization !== `Bearer ${token}`) return denied;
    if (asked.path === '/flags/ops.pause/permissions') return { status: 200, body: { read: true, write: true } };
    if (asked.path !== '/flags/ops.pause') return missing;
    if (asked.method === 'PUT') {
      if (asked.headers['if-match'] !== String(state.version)) return { status: 412 };
      state = { value: (asked.body as { value: Json }).value, version: state.version + 1 };
    }
    return { status: 200, body: state };
  });
  return {
    target: { provider: 'http', url: web.url, token, ...there },
    first: 'on',
    second: 'off',
    look: async () => state.value,
    change: async (value) => {
      state = { value, version: state.version + 1 };
    },
    web,
    stop: () => web.stop(),
  };
}

export async function unleashWorld(): Promise<World> {
  let enabled: Json = true;
  const feature = '/api/admin/projects/market/features/ops.pause';
  const web = await serve((asked) => {
    if (asked.headers.authorization !== token) return denied;
    if (asked.path === '/api/admin/user') {
      const permission = { permission: 'UPDATE_FEATURE_ENVIRONMENT', project: 'market', environment: 'production' };
      return { status: 200, body: { user: {}, permissions: [permission] } };
    }
    if (asked.method === 'GET' && asked.path === feature) {
      const environments = [
        { name: 'development', enabled: true, strategies: [] },
        { name: 'production', enabled, strategies: [{ name: 'default', segments: [4] }] },
      ];
      return { status: 200, body: { name: 'ops.pause', project: 'market', environments } };
    }
    const verb = asked.method === 'POST' ? /\/environments\/production\/(on|off)$/.exec(asked.path)?.[1] : undefined;
    if (verb === undefined || !asked.path.startsWith(feature)) return missing;
    enabled = verb === 'on';
    return { status: 200 };
  });
  return {
    target: { provider: 'unleash', url: web.url, token, project: 'market', environment: 'production', ...there },
    first: true,
    second: false,
    look: async () => enabled,
    change: async (value) => {
      enabled = value;
    },
    web,
    stop: () => web.stop(),
  };
}

export async function launchDarklyWorld(): Promise<World> {
  const rules = [{ clauses: [{ op: 'segmentMatch', values: ['beta'] }] }];
  let flag: Json = { key: 'ops.pause', _version: 3, environments: { production: { on: true, version: 11, rules } } };
  const own = (): { on: Json; version: number; rules: Json } =>
    (flag as unknown as { environments: { production: { on: Json; version: number; rules: Json } } }).environments.production;
  const bump = (on: Json): void => {
    flag = { key: 'ops.pause', _version: 3, environments: { production: { ...own(), on, version: own().version + 1 } } };
  };
  const web = await serve((asked) => {
    if (asked.headers.authorization !== token) return denied;
    if (asked.path.split('?')[0] !== '/api/v2/flags/market/ops.pause') return missing;
    if (asked.method === 'PATCH') {
      const next = patched(flag, asked.body);
      if (next === undefined) return { status: 409, body: { code: 'conflict', message: 'test failed' } };
      const was = own().on;
      flag = next;
      if (own().on !== was) bump(own().on);
    }
    return { status: 200, body: flag };
  });
  return {
    target: { provider: 'launchdarkly', url: web.url, token, project: 'market', environment: 'production', ...there },
    first: true,
    second: false,
    look: async () => own().on,
    change: async (value) => {
      bump(value);
    },
    web,
    stop: () => web.stop(),
  };
}

/** flagd reads its definition anew when asked, as it does when the file changes; JSON of its interface leaves out nothing of a oneof. */
export async function flagdWorld(): Promise<World> {
  const own = inFile();
  const variants: Readonly<Record<string, Json>> = { running: 'on', paused: 'off', slow: 'third' };
  const name = (value: Json): string => Object.keys(variants).find((key) => variants[key] === value) ?? '';
  const load = (): { flags: { 'ops.pause': { defaultVariant: string; targeting: Json } } } =>
    JSON.parse(readFileSync(own.path, 'utf8')) as ReturnType<typeof load>;
  const change = (value: Json): void => {
    const flag = { state: 'ENABLED', variants, defaultVariant: name(value), targeting: {} };
    writeFileSync(own.path, JSON.stringify({ $schema: 'https://flagd.dev/schema/v0/flags.json', flags: { 'ops.pause': flag } }));
  };
  change('on');
  const look = (): Json => variants[load().flags['ops.pause'].defaultVariant] ?? null;
  const web = await serve((asked) => {
    if (asked.method !== 'POST' || asked.path !== '/flagd.evaluation.v1.Service/ResolveAll') return missing;
    const flag = { reason: 'STATIC', variant: load().flags['ops.pause'].defaultVariant, stringValue: look() };
    return { status: 200, body: { flags: { 'ops.pause': flag } } };
  });
  return {
    target: { provider: 'flagd', url: web.url, file: own.path, ...there },
    first: 'on',
    second: 'off',
    look: async () => look(),
    change: async (value) => {
      change(value);
    },
    web,
    stop: async () => {
      await web.stop();
      own.remove();
    },
  };
}
