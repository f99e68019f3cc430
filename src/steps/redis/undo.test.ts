/** What a step changed is put back on a real server, and never over what somebody else has changed since (F49). */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestRedis } from '../../../lab/servers/test-servers.ts';
import { startRedis } from '../../../lab/servers/test-servers.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { stepType } from './index.ts';

let server: TestRedis;
let other: Redis;
let bench: Bench;
beforeAll(async () => {
  server = await startRedis();
  other = new Redis(server.url);
  bench = await openStep(stepType, { url: server.url });
});
afterAll(async () => {
  other.disconnect();
  await bench.session.close();
  await server.stop();
});
beforeEach(async () => {
  await other.flushall();
});

/** Captures, performs, lets somebody else act, and takes back. */
async function doAndUndo(
  command: readonly string[],
  meanwhile: () => Promise<unknown> = async () => undefined,
  decided: { readonly overwrite?: true } = {},
): Promise<Done | undefined> {
  const params = { command };
  const old = (await bench.session.capture?.(params, bench.context())) ?? null;
  expect((await bench.run(params)).done).toMatchObject({ ok: true });
  await meanwhile();
  return bench.session.restore?.(JSON.parse(JSON.stringify(old)) as Json, params, { ...bench.context(), ...decided });
}

describe('undo: restore', () => {
  it('SET: the old text with its time to live, or no key at all', async () => {
    await other.set('k', 'old "text"\n', 'PX', 100_000);
    expect(await doAndUndo(['SET', 'k', 'new'])).toMatchObject({ ok: true, changed: true });
    expect(await other.get('k')).toBe('old "text"\n');
    const left = await other.pttl('k');
    expect(left).toBeGreaterThan(60_000);
    expect(left).toBeLessThanOrEqual(100_000);
    await doAndUndo(['SET', 'fresh', 'x']);
    expect(await other.exists('fresh')).toBe(0);
  });

  it('HSET: the fields that the step has set, and only those', async () => {
    await other.hset('h', { a: '1', b: '2' });
    expect(await doAndUndo(['HSET', 'h', 'a', '9', 'c', '3'], () => other.hset('h', 'b', '7'))).toMatchObject({ ok: true });
    expect(await other.hgetall('h')).toEqual({ a: '1', b: '7' });
  });

  it('DEL: all keys, texts and hashes', async () => {
    await other.set('k', 'v');
    await other.hset('h', { a: '1' });
    expect(await doAndUndo(['DEL', 'k', 'h', 'none'])).toMatchObject({ ok: true, changed: true });
    expect([await other.get('k'), await other.hgetall('h'), await other.exists('none')]).toEqual(['v', { a: '1' }, 0]);
  });

  it('EXPIRE: the key does not expire again', async () => {
    await other.set('k', 'v');
    expect(await doAndUndo(['EXPIRE', 'k', '100'])).toMatchObject({ ok: true });
    expect(await other.pttl('k')).toBe(-1);
  });

  it.each([
    [['SET', 'k', 'new'], () => other.set('k', 'theirs'), 'theirs'],
    [['DEL', 'k'], () => other.set('k', 'theirs'), 'theirs'],
  ] as const)('%j: what somebody else has set since stays', async (command, meanwhile, stays) => {
    await other.set('k', 'old');
    expect(await doAndUndo(command, meanwhile)).toMatchObject({ ok: false, code: 'changed-meanwhile' });
    expect(await other.get('k')).toBe(stays);
  });

  it.each([
    [['SET', 'k', 'new'], () => other.rpush('other', 'x').then(() => other.rename('other', 'k'))],
    [['DEL', 'k'], () => other.set('k', 'theirs')],
  ] as const)('%j: it is replaced when somebody has decided so', async (command, meanwhile) => {
    await other.set('k', 'old');
    expect(await doAndUndo(command, meanwhile, { overwrite: true })).toMatchObject({ ok: true, changed: true });
    expect(await other.get('k')).toBe('old');
  });

  it('HSET: fields are replaced when somebody has decided so, also where the key is no hash any more', async () => {
    await other.hset('h', { a: '1', b: '2' });
    await doAndUndo(['HSET', 'h', 'a', '9'], () => other.hset('h', { a: '7', b: '8' }), { overwrite: true });
    expect(await other.hgetall('h')).toEqual({ a: '1', b: '8' });
    await doAndUndo(['HSET', 'h', 'a', '9'], () => other.set('h', 'text'), { overwrite: true });
    expect(await other.hgetall('h')).toEqual({ a: '1' });
  });

  it('HSET on a key that was not there: fields that others have added stay', async () => {
    expect(await doAndUndo(['HSET', 'h', 'a', '1'], () => other.hset('h', 'b', '2'))).toMatchObject({ ok: true, changed: true });
    expect(await other.hgetall('h')).toEqual({ b: '2' });
  });

  it('bytes that are not text come back as they were', async () => {
    const bytes = Buffer.from([0, 255, 128, 10, 13, 34]);
    await other.set('k', bytes);
    await other.hset('h', 'f', bytes);
    await doAndUndo(['SET', 'k', 'new']);
    await doAndUndo(['HSET', 'h', 'f', 'new']);
    expect(await other.getBuffer('k')).toEqual(bytes);
    expect(await other.hgetBuffer('h', 'f')).toEqual(bytes);
  });

  it('DEL and SET: every kind of data, with its time to live', async () => {
    const make = async (): Promise<void> => {
      await other.rpush('list', 'a', 'b');
      await other.sadd('set', 'a', 'b');
      await other.zadd('sorted', 1, 'a', 2, 'b');
      await other.xadd('stream', '1-1', 'f', 'v');
      await other.pexpire('sorted', 100_000);
    };
    for (const command of [
      ['DEL', 'list', 'set', 'sorted', 'stream'],
      ['SET', 'list', 'x'],
    ]) {
      await other.flushall();
      await make();
      expect(await doAndUndo(command)).toMatchObject({ ok: true, changed: true });
      expect(await other.lrange('list', 0, -1)).toEqual(['a', 'b']);
      expect((await other.smembers('set')).sort()).toEqual(['a', 'b']);
      expect(await other.zrange('sorted', '0', '-1', 'WITHSCORES')).toEqual(['a', '1', 'b', '2']);
      expect(await other.xrange('stream', '-', '+')).toEqual([['1-1', ['f', 'v']]]);
      expect(await other.pttl('sorted')).toBeGreaterThan(60_000);
    }
  });

  it('EXPIRE: what has expired since is there again, and what others have deleted stays away', async () => {
    await other.rpush('k', 'a');
    expect(await doAndUndo(['EXPIRE', 'k', '0'])).toMatchObject({ ok: true, changed: true });
    expect([await other.lrange('k', 0, -1), await other.pttl('k')]).toEqual([['a'], -1]);
    expect(await doAndUndo(['EXPIRE', 'k', '100'], () => other.del('k'))).toMatchObject({ ok: false, code: 'changed-meanwhile' });
  });

  it.each([
    ['EXPIRE', ['EXPIRE', 'k', '100'], () => other.expire('k', 5000), 5000],
    ['SET', ['SET', 'k', 'new'], () => other.expire('k', 5000), 5000],
    ['SET EX', ['SET', 'k', 'new', 'EX', '100'], () => other.expire('k', 5000), 5000],
  ])('%s: a time to live that somebody else has set since stays', async (_, command, meanwhile, stays) => {
    await other.set('k', 'old');
    expect(await doAndUndo(command, meanwhile)).toMatchObject({ ok: false, code: 'changed-meanwhile' });
    const left = await other.ttl('k');
    expect(Math.abs(left - stays)).toBeLessThan(60);
  });

  it('what the command did not do, and what is put back already, is left unchanged', async () => {
    await other.set('k', 'old');
    expect(await doAndUndo(['SET', 'k', 'new', 'NX'])).toMatchObject({ ok: true, changed: false });
    expect(await doAndUndo(['SET', 'k', 'new'], () => other.set('k', 'old'))).toMatchObject({ ok: true, changed: false });
    expect(await doAndUndo(['EXPIRE', 'k', '100', 'XX'])).toMatchObject({ ok: true, changed: false });
    expect([await other.get('k'), await other.pttl('k')]).toEqual(['old', -1]);
  });

  it('a mebibyte can be put back; a larger one is refused before anything is changed', async () => {
    await other.set('full', 'x'.repeat(1024 * 1024));
    expect(await doAndUndo(['DEL', 'full'])).toMatchObject({ ok: true, changed: true });
    expect(await other.strlen('full')).toBe(1024 * 1024);
    await other.set('one', 'x'.repeat(600_000));
    await other.rpush('two', ...Array.from({ length: 40_000 }, () => crypto.randomUUID()));
    const capture = (...keys: readonly string[]) => bench.session.capture?.({ command: ['DEL', ...keys] }, bench.context());
    await expect(capture('one')).resolves.toBeDefined();
    await expect(capture('full', 'one')).rejects.toThrow('at most 1048576 bytes of a step can be put back');
    await expect(capture('one', 'two')).rejects.toThrow('the old state of two is too large');
  });

  it('lint knows which commands can be put back', () => {
    expect(stepType.facts({ command: ['set', 'a', 'b'] }).undo).toBe('restore');
    expect(stepType.facts({ command: ['LPUSH', 'a', 'b'] }).undo).toBe('none');
  });
});
