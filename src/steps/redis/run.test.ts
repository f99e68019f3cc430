/** Against a real server (F30 to F36, M5). */
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestRedis } from '../../../lab/servers/test-servers.ts';
import { startRedis } from '../../../lab/servers/test-servers.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { lint } from './lint.ts';
import { stepType } from './index.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});
const open = () => openStep(stepType, { url: server.url });

describe('redis', () => {
  it('sends a command as argv and tells a read from a write', async () => {
    const bench = await open();
    expect((await bench.run({ command: ['SET', 'a b', 'x\r\ny'] })).done).toMatchObject({ ok: true, changed: true });
    expect((await bench.run({ command: ['GET', 'a b'] })).done).toMatchObject({
      ok: true,
      changed: false,
      result: { reply: 'x\r\ny' },
    });
    await bench.session.close();
  });

  it('says no data for a key that is not there', async () => {
    const bench = await open();
    expect((await bench.run({ command: ['GET', 'nothing'] })).done).toMatchObject({ ok: true, noData: true });
    await bench.session.close();
  });

  it('scans until the cursor is 0, each key once', async () => {
    const bench = await open();
    const pairs = Array.from({ length: 2500 }, (_, i) => [`scan:${String(i)}`, 'x']).flat();
    await bench.run({ command: ['MSET', ...pairs] });
    expect(resultOf(await bench.run({ scan: { match: 'scan:*' } }))).toMatchObject({ count: 2500 });
    expect((await bench.run({ scan: { match: 'scan:*', max: 100 } })).done).toMatchObject({ ok: false, code: 'too-many-keys' });
    await bench.session.close();
  });

  it('keeps integers exact to 64 bits, also those that a write answers', async () => {
    const bench = await open();
    await bench.run({ command: ['SET', 'counter', '9007199254740992'] });
    expect((await bench.run({ command: ['INCR', 'counter'] })).done).toMatchObject({
      ok: true,
      changed: true,
      result: { reply: '9007199254740993' },
      int64: ['/reply'],
    });
    const several = 'return {1, 9007199254740994, -9007199254740994, "9007199254740993"}';
    expect((await bench.run({ command: ['EVAL', several, '0'] })).done).toMatchObject({
      ok: true,
      result: { reply: [1, '9007199254740994', '-9007199254740994', '9007199254740993'] },
      int64: ['/reply/1', '/reply/2'],
    });
    expect((await bench.run({ command: ['STRLEN', 'counter'] })).done).toMatchObject({
      ok: true,
      result: { reply: 16 },
      int64: [],
    });
    await bench.session.close();
  });

  it.each<[readonly string[], boolean | 'unknown']>([
    [['DEL', 'no:such:key'], false],
    [['SETNX', 'there', 'x'], false],
    [['SET', 'there', 'x', 'NX'], false],
    [['SET', 'there', 'x', 'XX', 'GET'], true],
    [['SET', 'no:such:key:yet', 'x', 'GET'], true],
    [['EXPIRE', 'no:such:key', '5'], false],
    [['LPOP', 'no:such:key'], false],
    [['DEL', 'there', 'no:such:key'], true],
    [['EVAL', 'return 0', '0'], 'unknown'],
  ])('tells by the reply whether %j changed anything', async (command, changed) => {
    const bench = await open();
    await bench.run({ command: ['SET', 'there', '1'] });
    expect((await bench.run({ command: [...command] })).done).toMatchObject({ ok: true, changed });
    await bench.session.close();
  });

  it('says which texts are not UTF-8, and uses no key that it could only show changed', async () => {
    const bench = await open();
    const write = 'redis.call("SET", "bin:\\255", "\\255") redis.call("HSET", "bins", "\\254", "x", "good", "\\254") return 1';
    await bench.run({ command: ['EVAL', write, '0'] });
    const get = 'return {"fine", redis.call("GET", "bin:\\255")}';
    expect((await bench.run({ command: ['EVAL', get, '0'] })).done).toMatchObject({ ok: true, undecoded: ['/reply/1'] });
    expect((await bench.run({ command: ['HGETALL', 'bins'] })).done).toMatchObject({
      ok: true,
      undecoded: ['/reply/0', '/reply/3'],
    });
    expect((await bench.run({ scan: { match: 'bin:*' } })).done).toMatchObject({ ok: false, code: 'not-utf8' });
    await bench.session.close();
  });

  it('passes on what the server refuses, with the server named', async () => {
    const bench = await open();
    await bench.run({ command: ['SET', 'text', 'x'] });
    expect((await bench.run({ command: ['INCR', 'text'] })).done).toMatchObject({
      ok: false,
      wire: 'refused',
      class: 'validation',
    });
    await bench.session.close();
  });

  it('calls a script unknown that fails on the way, since what it did stays; one that never began is refused', async () => {
    const bench = await open();
    const broken = "redis.call('SET', KEYS[1], 'half') return redis.call('LPUSH', KEYS[1], 'x')";
    const { done } = await bench.run({ command: ['EVAL', broken, '1', 'halfway'] });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'validation' });
    expect(resultOf(await bench.run({ command: ['GET', 'halfway'] }))).toEqual({ reply: 'half' });
    const { done: none } = await bench.run({ command: ['EVAL', 'this is no Lua', '1', 'halfway'] });
    expect(none).toMatchObject({ ok: false, wire: 'refused' });
    await bench.session.close();
  });

  it('says not started when nobody listens', async () => {
    const bench = await openStep(stepType, { url: 'redis://127.0.0.1:1' });
    const { done, sent } = await bench.run({ command: ['INCR', 'n'] });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'connection', code: 'ECONNREFUSED' });
    expect(sent).toBe(false);
  });

  it('sends a write once and calls it unknown when the connection dies before the answer', async () => {
    const port = Number(new URL(server.url).port);
    const proxy = createServer((client) => {
      const upstream = connect(port, '127.0.0.1');
      let cut = false;
      client.on('data', (bytes) => {
        upstream.write(bytes);
        cut ||= bytes.toString('latin1').toUpperCase().includes('INCR');
      });
      upstream.on('data', (bytes) => {
        if (cut) client.destroy();
        else client.write(bytes);
      });
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
      client.on('close', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const bench = await openStep(stepType, { url: `redis://127.0.0.1:${String((proxy.address() as AddressInfo).port)}` });
    const { done, sent } = await bench.run({ command: ['INCR', 'ledger'] });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'connection' });
    expect(sent).toBe(true);
    const direct = await open();
    expect(resultOf(await direct.run({ command: ['GET', 'ledger'] }))).toEqual({ reply: '1' });
    await bench.session.close();
    await direct.session.close();
    proxy.close();
  });

  it('ends at its deadline when the server is frozen', async () => {
    const bench = await open();
    await bench.run({ command: ['PING'] });
    await bench.run({ command: ['INCR', 'warm'] });
    server.pause();
    const { done } = await bench.run({ command: ['INCR', 'frozen'] }, { timeoutMs: 300 });
    server.resume();
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'timeout' });
    await bench.session.close();
  });
});

describe('lint of redis', () => {
  const codes = (params: Parameters<typeof lint>[0]['params']) =>
    lint({ params, step: params, literal: () => true }).map((one) => one.code);
  it('refuses KEYS, words in one element, and neither or both operations', () => {
    expect(codes({ command: ['KEYS', '*'] })).toEqual(['redis/refused']);
    expect(codes({ command: ['GET key'] })).toEqual(['redis/words']);
    expect(codes({})).toEqual(['redis/one-operation']);
    expect(codes({ command: ['GTE', 'x'] })).toEqual(['redis/unknown-command']);
    expect(codes({ command: ['GET', 'x'] })).toEqual([]);
  });
});
