/** The package's own test, as an author outside would write it: the contract kit, then each thing it does against a server of the protocol. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestProblems, paperProblems, stepTypeIn, stoppingProblems } from '../../src/interpreter/packages/contract-kit.ts';
import type { Json } from '../../src/interpreter/core/model/value.ts';
import type { StepType } from '../../src/interpreter/port/step-type.ts';
import { closedPort, startTcp } from '../rig/servers.ts';
import type { Bench } from '../rig/session.ts';
import { openStep, resultOf } from '../rig/session.ts';
import type { BeanstalkServer } from './beanstalk-server.ts';
import { startBeanstalk } from './beanstalk-server.ts';

const folder = join(import.meta.dirname, 'runbook-step-beanstalk');
let copies: string;
let type: StepType;
let server: BeanstalkServer;
let bench: Bench;

beforeEach(async () => {
  copies = await mkdtemp(join(tmpdir(), 'runbook-copies-'));
  type = stepTypeIn(folder, copies);
  server = await startBeanstalk({ mails: { ready: 2, buried: 5, delayed: 3 } });
  bench = await openStep(type, { host: '127.0.0.1', port: server.port });
});
afterEach(async () => {
  await bench.session.close();
  await server.close();
  await rm(copies, { recursive: true, force: true });
});

describe('the contract of step types', () => {
  it('is kept by the manifest and the papers', () => {
    const examples = readdirSync(join(folder, 'examples')).map((name) => readFileSync(join(folder, 'examples', name), 'utf8'));
    const readme = existsSync(join(folder, 'README.md')) ? readFileSync(join(folder, 'README.md'), 'utf8') : undefined;
    expect([...manifestProblems(type), ...paperProblems(type, { readme, examples })]).toEqual([]);
  });

  it.each(['nobody listens', 'nobody answers'])('is kept when it is stopped at any moment while %s', async (how) => {
    const silent = how === 'nobody answers' ? await startTcp(() => undefined) : undefined;
    const target: Json = { host: '127.0.0.1', port: silent?.port ?? (await closedPort()) };
    for (const params of [{ tube: 'mails' }, { tube: 'mails', kick: 10 }, { tube: 'mails', pause: 60_000 }])
      expect(await stoppingProblems(type, { target, params }, [0, 1, 20, 150])).toEqual([]);
    await silent?.close();
  });

  it('tells reads from writes', () => {
    expect(type.facts({ tube: 'mails' })).toMatchObject({ effect: 'read', repeatable: true });
    expect(type.facts({ tube: 'mails', kick: 1 })).toMatchObject({ effect: 'write', repeatable: false, undo: 'none' });
    expect(type.facts({ tube: 'mails', pause: '10m' })).toMatchObject({ effect: 'write', repeatable: true, undo: 'restore' });
  });
});

describe('beanstalk', () => {
  it('reads the counts of a tube and changes nothing', async () => {
    const performed = await bench.run({ tube: 'mails' });
    expect(resultOf(performed)).toEqual({ ready: 2, reserved: 0, delayed: 3, buried: 5, waiting: 0, pauseLeft: 0 });
    expect(performed.done).toMatchObject({ changed: false });
    expect(server.heard).toEqual(['stats-tube mails']);
  });

  it('kicks buried jobs, and says how many', async () => {
    const performed = await bench.run({ tube: 'mails', kick: 4 });
    expect(resultOf(performed)).toMatchObject({ kicked: 4, ready: 6, buried: 1, delayed: 3 });
    expect(performed.sent).toBe(true);
  });

  it('says that nothing changed when there was nothing to kick', async () => {
    server.tubes.set('mails', { ready: 2, buried: 0, delayed: 0, pause: 0, pausedAt: 0 });
    expect((await bench.run({ tube: 'mails', kick: 4 })).done).toMatchObject({ ok: true, changed: false });
  });

  it('refuses a tube that does not exist, before it would be made by being used', async () => {
    const { done, sent } = await bench.run({ tube: 'mial', kick: 4 });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'validation', code: 'NOT_FOUND' });
    expect(sent).toBe(false);
    expect(server.heard).toEqual(['stats-tube mial']);
  });

  it('sends no second command that a value brought with it', async () => {
    const { done } = await bench.run({ tube: 'mails\r\nkick 1000' });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', code: 'tube-name' });
    expect(server.heard).toEqual([]);
  });

  it('does not know what a kick did whose answer was lost', async () => {
    server.instead.set('kick', undefined);
    const { done } = await bench.run({ tube: 'mails', kick: 4 });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'connection' });
  });

  it('knows that nothing happened when the connection broke before the kick', async () => {
    server.instead.set('stats-tube', undefined);
    expect((await bench.run({ tube: 'mails', kick: 4 })).done).toMatchObject({ ok: false, wire: 'notStarted' });
  });

  it('previews how many jobs a kick would wake and touches nothing', async () => {
    const preview = await bench.session.preview?.({ tube: 'mails', kick: 9 }, bench.context());
    expect(preview?.diff).toBe('up to 9 of 5 buried jobs of mails become ready');
    expect(server.heard).toEqual(['stats-tube mails']);
  });
});

describe('the undo of a pause', () => {
  const pause = { tube: 'mails', pause: 600_000 };

  it('resumes a tube that was not paused before', async () => {
    const old = await bench.session.capture?.(pause, bench.context());
    resultOf(await bench.run(pause));
    expect(server.tubes.get('mails')?.pause).toBe(600);
    const done = await bench.session.restore?.(old ?? null, pause, bench.context());
    expect(done).toMatchObject({ ok: true, changed: true, result: { pauseLeft: 0 } });
    expect(server.tubes.get('mails')?.pause).toBe(0);
  });

  it('leaves alone what somebody has paused since', async () => {
    const old = await bench.session.capture?.(pause, bench.context());
    resultOf(await bench.run(pause));
    Object.assign(server.tubes.get('mails') ?? {}, { pause: 3600, pausedAt: Date.now() });
    const done = await bench.session.restore?.(old ?? null, pause, bench.context());
    expect(done).toMatchObject({ ok: false, wire: 'refused', code: 'changed-since' });
    expect(server.tubes.get('mails')?.pause).toBe(3600);
  });
});
