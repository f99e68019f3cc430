/** The same promises for every provider that can set a flag (F48, F49), then what is special about each. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from '../../../lab/servers/process.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { openProvider } from './providers/open.ts';
import { stepType } from './index.ts';
import { serve } from './test/web.ts';
import * as worlds from './test/worlds.ts';
import type { World } from './test/worlds.ts';

describe.each([
  ['file', worlds.fileWorld],
  ['command', worlds.commandWorld],
  ['redis', worlds.redisWorld],
  ['http', worlds.httpWorld],
  ['unleash', worlds.unleashWorld],
  ['launchdarkly', worlds.launchDarklyWorld],
  ['flagd', worlds.flagdWorld],
])('a flag in %s', (_name, start) => {
  let world: World;
  let bench: Bench;
  beforeAll(async () => {
    world = await start();
    bench = await openStep(stepType, world.target);
  });
  beforeEach(() => world.change(world.first));
  afterAll(async () => {
    await bench.session.close();
    await world.stop();
  });

  it('is read, under its name there', async () => {
    const { done, sent } = await bench.run({ flag: 'pause' });
    expect(done).toMatchObject({ ok: true, changed: false, result: { value: world.first } });
    expect(sent).toBe(false);
  });

  it('is set, once', async () => {
    const set = { flag: 'pause', set: world.second };
    const { done, sent } = await bench.run(set);
    expect(done).toMatchObject({ ok: true, changed: true, result: { value: world.second, before: world.first } });
    expect(sent).toBe(true);
    expect(await world.look()).toEqual(world.second);
    const again = await bench.run(set);
    expect(again.done).toMatchObject({ ok: true, changed: false });
    expect(again.sent).toBe(false);
  });

  it('is put back to what was captured', async () => {
    const set = { flag: 'pause', set: world.second };
    const old = await bench.session.capture?.(set, bench.context());
    await bench.run(set);
    expect(await bench.session.restore?.(old ?? null, set, bench.context())).toMatchObject({ ok: true, changed: true });
    expect(await world.look()).toEqual(world.first);
    expect(await bench.session.restore?.(old ?? null, set, bench.context())).toMatchObject({ ok: true, changed: false });
  });

  it('is not overwritten when somebody changes it between the reading and the writing', async () => {
    const provider = await openProvider({ target: world.target, directory: tmpdir() });
    const call = bench.context();
    const was = await provider.read('pause', call);
    if (!was.ok) throw new Error(was.message);
    await world.change(world.second);
    expect(await provider.write('pause', world.first === 'on' ? 'third' : world.first, was, call)).toMatchObject({
      ok: false,
      wire: 'refused',
      code: 'changed-meanwhile',
    });
    expect(await world.look()).toEqual(world.second);
    await provider.close();
  });

  it('is an error when there is none of that name', async () => {
    expect((await bench.run({ flag: 'pauze' })).done).toMatchObject({ ok: false, wire: 'refused' });
    expect((await bench.run({ flag: 'pauze', set: world.second })).sent).toBe(false);
  });

  it('may be written', async () => {
    expect((await bench.run({ flag: 'pause', may: 'write' })).done).toMatchObject({ ok: true, result: { value: true } });
    expect(await world.look()).toEqual(world.first);
  });

  it('shows both of its names, what would change, and no token', async () => {
    const set = { flag: 'pause', set: world.second };
    const preview = await bench.session.preview?.(set, bench.context());
    expect(preview?.diff).toContain(`${JSON.stringify(world.first)} -> ${JSON.stringify(world.second)}`);
    expect(bench.session.describe(set)).toContain('ops.pause');
    expect(`${bench.session.describe(set)}${preview?.diff ?? ''}`).not.toContain('token-never');
    expect(await world.look()).toEqual(world.first);
  });
});

describe.each([
  ['file', worlds.fileWorld],
  ['command', worlds.commandWorld],
  ['redis', worlds.redisWorld],
  ['http', worlds.httpWorld],
])('restore in %s', (_name, start) => {
  it('leaves alone what somebody else set meanwhile', async () => {
    const world = await start();
    const bench = await openStep(stepType, world.target);
    const set = { flag: 'pause', set: world.second };
    const old = await bench.session.capture?.(set, bench.context());
    await bench.run(set);
    await world.change('by somebody else');
    const context = bench.context();
    expect(await bench.session.restore?.(old ?? null, set, context)).toMatchObject({
      ok: false,
      wire: 'refused',
      code: 'changed-meanwhile',
    });
    expect(context.log.sent).toBe(false);
    expect(await world.look()).toBe('by somebody else');
    expect(await bench.session.restore?.(old ?? null, set, { ...bench.context(), overwrite: true })).toMatchObject({ ok: true });
    expect(await world.look()).not.toBe('by somebody else');
    await bench.session.close();
    await world.stop();
  });
});

describe.each([
  ['http', worlds.httpWorld],
  ['unleash', worlds.unleashWorld],
  ['launchdarkly', worlds.launchDarklyWorld],
])('a wrong token for %s', (_name, start) => {
  it('is a fault of authorization, and is not shown', async () => {
    const world = await start();
    const bench = await openStep(stepType, { ...world.target, token: 'wrong-secret' });
    const { done } = await bench.run({ flag: 'pause', set: world.second });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'auth' });
    expect(JSON.stringify(done)).not.toContain('wrong-secret');
    expect(await world.look()).toEqual(world.first);
    await bench.session.close();
    await world.stop();
  });
});

describe('flags in services', () => {
  it('leaves strategies, rules and segments alone: only the switch of one environment is sent', async () => {
    for (const start of [worlds.unleashWorld, worlds.launchDarklyWorld]) {
      const world = await start();
      const bench = await openStep(stepType, world.target);
      resultOf(await bench.run({ flag: 'pause', set: false }));
      const writes = world.web?.asked.filter((one) => one.method !== 'GET') ?? [];
      expect(writes).toHaveLength(1);
      expect(JSON.stringify(writes[0]?.body)).not.toMatch(/rules|strategies|segment/);
      await world.stop();
    }
  });

  it('reads a feature of OFREP with a context, and refuses to set it', async () => {
    const web = await serve((asked) => {
      const key = /^\/ofrep\/v1\/evaluate\/flags\/(.+)$/.exec(asked.path)?.[1];
      if (asked.method !== 'POST') return { status: 405 };
      if (key !== 'pause') return { status: 404, body: { key: key ?? '', errorCode: 'FLAG_NOT_FOUND', errorDetails: 'none' } };
      const value = (asked.body as { context: { region?: string } }).context.region === 'eu';
      return { status: 200, body: { key, value, reason: 'TARGETING_MATCH', variant: value ? 'on' : 'off', metadata: {} } };
    });
    const bench = await openStep(stepType, { provider: 'ofrep', url: web.url, context: { region: 'eu' } });
    expect((await bench.run({ flag: 'pause' })).done).toMatchObject({ ok: true, result: { value: true, version: 'on' } });
    expect((await bench.run({ flag: 'pauze' })).done).toMatchObject({ ok: false, code: 'no-flag' });
    expect((await bench.run({ flag: 'pause', set: false })).done).toMatchObject({ ok: false, code: 'read-only' });
    expect((await bench.run({ flag: 'pause', may: 'write' })).done).toMatchObject({ ok: false, code: 'not-permitted' });
    await web.stop();
  });

  it('says unknown when the service breaks after the change was sent, and sends it once', async () => {
    const web = await serve((asked) =>
      asked.method === 'PUT' ? { status: 500 } : { status: 200, body: { value: true, version: 1 } },
    );
    const bench = await openStep(stepType, { provider: 'http', url: web.url });
    const { done, sent } = await bench.run({ flag: 'pause', set: false });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', code: 'status-500' });
    expect(sent).toBe(true);
    expect(web.asked.filter((one) => one.method === 'PUT')).toHaveLength(1);
    await web.stop();
  });

  it('says not started when nobody listens', async () => {
    const [port = 0] = await freePorts(1);
    const bench = await openStep(stepType, { provider: 'http', url: `http://127.0.0.1:${String(port)}` });
    const { done } = await bench.run({ flag: 'pause', set: false });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'connection' });
  });
});

describe('flags by commands', () => {
  const command = async (get: string, more: { readonly [key: string]: Json } = {}) =>
    openStep(stepType, { provider: 'command', get: [process.execPath, '-e', get, '{flag}'], ...more });

  it('reads a value with a version', async () => {
    const bench = await command('console.log(JSON.stringify({ value: false, version: 4 }))');
    expect((await bench.run({ flag: 'x' })).done).toMatchObject({ ok: true, result: { value: false, version: '4' } });
  });

  it('does not take for a value what is none', async () => {
    expect((await (await command('console.log("off")')).run({ flag: 'x' })).done).toMatchObject({ ok: false, code: 'not-json' });
    expect((await (await command('')).run({ flag: 'x' })).done).toMatchObject({ ok: false, code: 'not-json' });
    expect((await (await command('process.exit(3)')).run({ flag: 'x' })).done).toMatchObject({ ok: false, class: 'exit-code' });
    const absent = await openStep(stepType, { provider: 'command', get: ['/nowhere/flagctl'] });
    expect((await absent.run({ flag: 'x' })).done).toMatchObject({ ok: false, wire: 'notStarted', class: 'config' });
  });

  it('ends with the deadline', async () => {
    const bench = await command('setInterval(() => {}, 1000)');
    expect((await bench.run({ flag: 'x' }, { timeoutMs: 300 })).done).toMatchObject({ ok: false, class: 'timeout' });
  });

  it('are not led by the name of a flag: it is neither an option nor a part of a program', async () => {
    const bench = await command('console.log(true)');
    expect((await bench.run({ flag: '' })).done).toMatchObject({ ok: false, wire: 'notStarted', code: 'no-flag' });
    expect((await bench.run({ flag: '--all' })).done).toMatchObject({ ok: false, wire: 'notStarted', code: 'option' });
    for (const get of [['sh', '-c', 'flagctl get {flag}'], ['{flag}'], ['ssh', 'host', 'flagctl {flag}']])
      await expect(openStep(stepType, { provider: 'command', get })).rejects.toThrow('would be a program');
    const positional = await openStep(stepType, { provider: 'command', get: ['sh', '-c', 'echo "\\"$1\\""', 'sh', '{flag}'] });
    expect((await positional.run({ flag: '$(id)' })).done).toMatchObject({ ok: true, result: { value: '$(id)' } });
  });

  it('may not write without a command for it', async () => {
    const bench = await command('console.log(true)');
    expect((await bench.run({ flag: 'x', may: 'write' })).done).toMatchObject({ ok: false, class: 'auth' });
    expect((await bench.run({ flag: 'x', set: false })).done).toMatchObject({ ok: false, code: 'no-set', wire: 'notStarted' });
  });

  it('asks a command of its own whether it may', async () => {
    const bench = await command('console.log(true)', { may: [process.execPath, '-e', 'console.log(false)', '{what}'] });
    expect((await bench.run({ flag: 'x', may: 'read' })).done).toMatchObject({ ok: false, code: 'not-permitted' });
  });
});

describe('flags in a file', () => {
  it('keeps the mode and the other flags, leaves no second file, and refuses a file marked read-only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-flag-mode-'));
    const path = join(folder, 'flags.json');
    writeFileSync(path, '{"a":1,"b":true}');
    chmodSync(path, 0o640);
    const bench = await openStep(stepType, { provider: 'file', file: path });
    resultOf(await bench.run({ flag: 'b', set: false }));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ a: 1, b: false });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['flags.json']);
    chmodSync(path, 0o440);
    expect((await bench.run({ flag: 'b', may: 'write' })).done).toMatchObject({ ok: false, class: 'auth' });
    expect((await bench.run({ flag: 'constructor' })).done).toMatchObject({ ok: false, code: 'no-flag' });
    rmSync(folder, { recursive: true });
    expect((await bench.run({ flag: 'b' })).done).toMatchObject({ ok: false, wire: 'notStarted', class: 'config' });
  });
});
