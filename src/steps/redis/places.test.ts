/** Encrypted servers with users, masters that sentinels know, clusters, and the server's own command table: real servers all. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestRedisCluster, TestSecureRedis, TestSentinel } from '../../../lab/servers/redis-tests.ts';
import { startRedisCluster, startRedisSentinel, startRedisWith, startSecureRedis } from '../../../lab/servers/redis-tests.ts';
import type { TestServer } from '../../../lab/servers/test-servers.ts';
import { eventually } from '../../../test/rig/cli.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { arityOf } from './arity.ts';
import { commandEffect, whyForbidden } from './commands.ts';
import { containerCommands } from './subcommands.ts';
import { stepType } from './index.ts';

describe('an encrypted server with users', () => {
  let server: TestSecureRedis;
  beforeAll(async () => {
    server = await startSecureRedis();
  });
  afterAll(async () => {
    await server.stop();
  });
  const open = (more: object) =>
    openStep(stepType, {
      host: '127.0.0.1',
      port: server.port,
      tls: { ca: server.ca },
      username: 'admin',
      password: server.passwords.admin,
      ...more,
    });

  it('is spoken to with its authority, user and password', async () => {
    const bench = await open({});
    expect((await bench.run({ command: ['SET', 'open:a', '1'] })).done).toMatchObject({ ok: true, changed: true });
    const byName = await open({ tls: { ca: server.ca, serverName: 'redis.test' } });
    expect(resultOf(await byName.run({ command: ['GET', 'open:a'] }))).toEqual({ reply: '1' });
    for (const one of [bench, byName]) await one.session.close();
  });

  it.each([
    ['a wrong password', () => ({ password: 'wrong-password' }), 'auth'],
    ['a certificate of an unknown authority', () => ({ tls: { ca: server.strangeCa } }), /SELF_SIGNED|UNABLE|CERT/],
    ['a certificate of another name', () => ({ tls: { ca: server.ca, serverName: 'other.test' } }), /ALTNAME/],
  ])('refuses %s once, before anything is sent, with the server named and no password shown', async (_, more, code) => {
    const bench = await open(more());
    const { done, sent } = await bench.run({ command: ['INCR', 'open:n'] });
    expect(sent).toBe(false);
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'auth', code: expect.stringMatching(code) as string });
    expect(JSON.stringify(done)).toContain(`127.0.0.1:${String(server.port)}`);
    expect(JSON.stringify(done)).not.toMatch(/wrong-password|admin-/);
    await bench.session.close();
  });

  it('a user without the right is refused by the server, and what was sent counts as not validated', async () => {
    const bench = await open({ username: 'reader', password: server.passwords.reader });
    expect((await bench.run({ command: ['GET', 'open:a'] })).done).toMatchObject({ ok: true });
    expect((await bench.run({ command: ['SET', 'open:a', '2'] })).done).toMatchObject({
      ok: false,
      wire: 'refused',
      class: 'auth',
    });
    expect((await bench.run({ command: ['GET', 'closed:a'] })).done).toMatchObject({ ok: false, class: 'auth' });
    await bench.session.close();
  });

  it.each([
    [{ tsl: true }, /no "tsl".*tls/],
    [{ username: 'admin', password: undefined }, /needs a password/],
    [{ url: 'http://127.0.0.1:1', host: undefined, port: undefined }, /redis:\/\/host:port/],
    [{ nodes: ['127.0.0.1:1'] }, /host and nodes/],
    [{ sentinels: ['127.0.0.1:1'], host: undefined }, /needs the name/],
  ])('%j in the entry is refused before anything connects', async (more, words) => {
    await expect(open(more)).rejects.toThrow(words);
  });
});

describe('a master that a sentinel knows', () => {
  let world: TestSentinel;
  beforeAll(async () => {
    world = await startRedisSentinel();
  }, 120_000);
  afterAll(async () => {
    await world.stop();
  });
  const target = (): Readonly<Record<string, Json>> => ({
    sentinels: [`127.0.0.1:${String(world.sentinel.port)}`],
    name: world.name,
  });

  it('is found, and after a failover the new one is; a write that was lost is not sent again', async () => {
    const bench = await openStep(stepType, target());
    expect(resultOf(await bench.run({ command: ['INCR', 'known'] }))).toEqual({ reply: 1 });
    expect((await bench.run({ command: ['SET', 'a', '1'] })).done).toMatchObject({ ok: true });
    await eventually('the replica has it', () => ask(world.replica, 'GET', 'a') === '1');
    world.master.pause();
    const { done, sent } = await bench.run({ command: ['INCR', 'lost'] }, { timeoutMs: 500 });
    expect(sent).toBe(true);
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'timeout' });
    await eventually('the failover', async () => (await world.current()) === world.replica.port, 40_000);
    await eventually('the replica takes writes', () => ask(world.replica, 'INFO', 'replication').includes('role:master'), 40_000);
    expect(resultOf(await bench.run({ command: ['INCR', 'a'] }))).toEqual({ reply: 2 });
    expect(ask(world.replica, 'GET', 'lost')).toBe('');
    world.master.resume();
    await bench.session.close();
  }, 120_000);

  it('that no sentinel knows by this name is a failure before anything is sent', async () => {
    const bench = await openStep(stepType, { ...target(), name: 'unknown' });
    expect((await bench.run({ command: ['INCR', 'n'] })).done).toMatchObject({
      ok: false,
      wire: 'notStarted',
      class: 'connection',
    });
    await bench.session.close();
  });
});

describe('a cluster', () => {
  let cluster: TestRedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 120_000);
  afterAll(async () => {
    await cluster.stop();
  });

  /** The first slots are at the first of them. */
  const firstTwo = (): readonly [TestServer, TestServer] => {
    const [owner, other] = cluster.members;
    if (owner === undefined || other === undefined) throw new Error('a cluster has several members');
    return [owner, other];
  };

  it('gets each command at the master of its key, and a scan reads every master whole', async () => {
    const bench = await openStep(stepType, { nodes: cluster.nodes.slice(0, 1) });
    for (let n = 0; n < 60; n += 1)
      expect((await bench.run({ command: ['SET', `key:${String(n)}`, String(n)] })).done).toMatchObject({ ok: true });
    expect(resultOf(await bench.run({ command: ['GET', 'key:59'] }))).toEqual({ reply: '59' });
    expect(resultOf(await bench.run({ scan: { match: 'key:*' } }))).toMatchObject({ count: 60 });
    const parts = cluster.members.map((one) => Number(ask(one, 'DBSIZE')));
    expect(parts.every((count) => count > 0 && count < 60)).toBe(true);
    await bench.session.close();
  });

  it('has what was deleted put back on the master that had it', async () => {
    const bench = await openStep(stepType, { nodes: cluster.nodes });
    for (const key of ['a', 'b', 'c']) {
      await bench.run({ command: ['RPUSH', key, 'x', 'y'] });
      const params = { command: ['DEL', key] };
      const old = (await bench.session.capture?.(params, bench.context())) ?? null;
      await bench.run(params);
      expect(await bench.session.restore?.(old, params, bench.context())).toMatchObject({ ok: true, changed: true });
      expect(resultOf(await bench.run({ command: ['LRANGE', key, '0', '-1'] }))).toEqual({ reply: ['x', 'y'] });
      await bench.run(params);
    }
    await bench.session.close();
  });

  it('refuses keys of several masters in one command as it is', async () => {
    const bench = await openStep(stepType, { nodes: cluster.nodes });
    expect((await bench.run({ command: ['MSET', 'a', '1', 'b', '2', 'c', '3'] })).done).toMatchObject({ ok: false });
    await bench.session.close();
  });

  it('counts the keys of all masters, and refuses what would describe one of them by chance', async () => {
    const bench = await openStep(stepType, { nodes: cluster.nodes });
    const parts = cluster.members.map((one) => Number(ask(one, 'DBSIZE')));
    expect(resultOf(await bench.run({ command: ['DBSIZE'] }))).toEqual({ reply: parts.reduce((sum, part) => sum + part, 0) });
    for (const command of [['FLUSHALL'], ['INFO', 'memory'], ['SCAN', '0'], ['CONFIG', 'GET', 'maxmemory']])
      expect(await bench.run({ command })).toMatchObject({
        done: { ok: false, wire: 'notStarted', class: 'config', code: 'one-server' },
        sent: false,
      });
    expect(resultOf(await bench.run({ command: ['DBSIZE'] }))).toEqual({ reply: parts.reduce((sum, part) => sum + part, 0) });
    await bench.session.close();
  });

  it('does not take a scan for whole while slots move, and does again afterwards', async () => {
    const bench = await openStep(stepType, { nodes: cluster.nodes });
    const [owner, other] = firstTwo();
    const [ownId, otherId] = [ask(owner, 'CLUSTER', 'MYID'), ask(other, 'CLUSTER', 'MYID')];
    ask(other, 'CLUSTER', 'SETSLOT', '0', 'IMPORTING', ownId);
    ask(owner, 'CLUSTER', 'SETSLOT', '0', 'MIGRATING', otherId);
    expect((await bench.run({ scan: { match: 'key:*' } })).done).toMatchObject({
      ok: false,
      wire: 'refused',
      class: 'connection',
      code: 'slots-move',
    });
    for (const one of [owner, other]) ask(one, 'CLUSTER', 'SETSLOT', '0', 'STABLE');
    expect((await bench.run({ scan: { match: 'key:*' } })).done).toMatchObject({ ok: true });
    await bench.session.close();
  });

  it('notices a slot that has moved while the keys were read', async () => {
    const bench = await openStep(stepType, { nodes: cluster.nodes });
    const [owner, other] = firstTwo();
    const otherId = ask(other, 'CLUSTER', 'MYID');
    // More than one page at the first master, in one slot.
    const script = "for i = 1, 5000 do redis.call('SET', KEYS[1] .. i, i) end";
    const tag = Array.from({ length: 100 }, (_, n) => `{${String(n)}}`).find(
      (one) => Number(ask(owner, 'CLUSTER', 'KEYSLOT', one)) < 5000,
    );
    ask(owner, 'EVAL', script, '1', `${tag ?? ''}:`);
    let moved = false;
    const context = {
      ...bench.context(),
      progress: () => {
        if (moved) return;
        moved = true;
        for (const one of [other, owner]) ask(one, 'CLUSTER', 'SETSLOT', '1', 'NODE', otherId);
      },
    };
    expect(await bench.session.run({ scan: { match: '*' } }, context)).toMatchObject({ ok: false, code: 'slots-move' });
    expect((await bench.run({ scan: { match: '*' } })).done).toMatchObject({ ok: true });
    await bench.session.close();
  });

  it('that has lost a master says so at once for its keys', async () => {
    const bench = await openStep(stepType, { nodes: cluster.nodes });
    expect((await bench.run({ command: ['SET', 'key:1', '1'] })).done).toMatchObject({ ok: true });
    await cluster.members[0]?.kill();
    const failed = await eventually(
      'a key of the lost master is refused',
      async () => {
        for (let n = 0; n < 20; n += 1) {
          const { done } = await bench.run({ command: ['INCR', `other:${String(n)}`] }, { timeoutMs: 3000 });
          if (!done.ok) return done;
        }
        return undefined;
      },
      40_000,
    );
    expect(['connection', 'timeout']).toContain(failed.class);
    await bench.session.close();
  }, 90_000);
});

describe('the table of the server', () => {
  let renamed: TestServer;
  beforeAll(async () => {
    renamed = await startRedisWith('--rename-command', 'GET', 'PLAINGET', '--rename-command', 'GETDEL', 'GET');
  });
  afterAll(async () => {
    await renamed.stop();
  });

  it('may only be stricter: what it calls a write is not sent as a read', async () => {
    const bench = await openStep(stepType, { host: '127.0.0.1', port: renamed.port });
    await bench.run({ command: ['SET', 'a', '1'] });
    const { done, sent } = await bench.run({ command: ['GET', 'a'] });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', code: 'server-writes' });
    expect(sent).toBe(false);
    expect(ask(renamed, 'EXISTS', 'a')).toBe('1');
    expect((await bench.run({ command: ['GETDEL', 'a'] })).done).toMatchObject({ ok: false, code: 'unknown-command' });
    await bench.session.close();
  });

  it('what it calls administrative or dangerous is not a read either, unless it only tells', async () => {
    const other = await startRedisWith('--rename-command', 'STRLEN', 'LENGTH', '--rename-command', 'SHUTDOWN', 'STRLEN');
    const bench = await openStep(stepType, { host: '127.0.0.1', port: other.port });
    const { done, sent } = await bench.run({ command: ['STRLEN', 'a'] });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', code: 'server-dangerous' });
    expect(sent).toBe(false);
    for (const command of [['INFO', 'server'], ['ROLE'], ['LASTSAVE'], ['PING']])
      expect((await bench.run({ command })).done).toMatchObject({ ok: true, changed: false });
    await bench.session.close();
    await other.stop();
  });

  it('no command that we take for a read is a write or dangerous to a plain server, but for those that only tell', async () => {
    const plain = await startRedisWith();
    const bench = await openStep(stepType, { host: '127.0.0.1', port: plain.port });
    const families = containerCommands.flatMap((name) =>
      ask(plain, 'COMMAND', 'LIST', 'FILTERBY', 'PATTERN', `${name}|*`)
        .split('\n')
        .filter((one) => one !== ''),
    );
    const all = [...ask(plain, 'COMMAND', 'LIST').split('\n'), ...families].map((one) => one.toUpperCase().split('|'));
    const reading = all.filter((argv) => commandEffect(argv) === 'read' && whyForbidden(argv) === undefined);
    expect(reading.length).toBeGreaterThan(120);
    const refused: string[] = [];
    for (const command of reading) {
      const { done } = await bench.run({ command });
      if (!done.ok && done.code.startsWith('server-')) refused.push(command.join(' '));
    }
    expect(refused).toEqual([]);
    const differing = [...arityOf].filter(
      ([name, arity]) => ask(plain, 'COMMAND', 'INFO', name).split('\n')[1] !== String(arity),
    );
    expect(differing, 'arguments are counted as the server counts them').toEqual([]);
    await bench.session.close();
    await plain.stop();
  });

  it('agrees with ours about every command that we take for a read', () => {
    const lines = ask(renamed, 'COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', 'write').split('\n');
    const wrong = lines
      .map((one) => one.toUpperCase())
      .filter((one) => one !== 'GET' && commandEffect(one.split('|')) === 'read');
    expect(wrong).toEqual([]);
  });
});

const ask = (server: TestServer, ...words: readonly string[]): string =>
  execFileSync('redis-cli', ['-h', '127.0.0.1', '-p', String(server.port), ...words], {
    encoding: 'utf8',
    timeout: 10_000,
  }).trim();
