/** What a step changed is put back on a real server, and never over what somebody else has changed since (F49). */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestRedis } from '../../../lab/servers/test-servers.ts';
import { startRedis } from '../../../lab/servers/test-servers.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/value.ts';
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
): Promise<Done | undefined> {
  const params = { command };
  const old = (await bench.session.capture?.(params, bench.context())) ?? null;
  expect((await bench.run(params)).done).toMatchObject({ ok: true });
  await meanwhile();
  return bench.session.restore?.(JSON.parse(JSON.stringify(old)) as Json, params, bench.context());
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

  it('what cannot be captured is said before anything is changed', async () => {
    await other.lpush('list', 'a');
    await other.set('big', 'x'.repeat(100_000));
    const capture = (key: string) => bench.session.capture?.({ command: ['DEL', key] }, bench.context());
    await expect(capture('list')).rejects.toThrow('holds a list');
    await expect(capture('big')).rejects.toThrow('at most 65536 can be put back');
  });

  it('lint knows which commands can be put back', () => {
    expect(stepType.facts({ command: ['set', 'a', 'b'] }).undo).toBe('restore');
    expect(stepType.facts({ command: ['LPUSH', 'a', 'b'] }).undo).toBe('none');
  });
});
