/** What is known when something goes wrong: stopped, refused, lost, silent (M6, F31 to F34). Each against a real server. */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestPostgres } from '../../../lab/servers/test-servers.ts';
import { startPostgres } from '../../../lab/servers/test-servers.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { stepType } from './index.ts';

let server: TestPostgres;
let watcher: Bench;
beforeAll(async () => {
  server = await startPostgres();
  watcher = await openStep(stepType, server.target);
  resultOf(await watcher.run({ query: 'create table ledger (n int)' }));
  const body = 'begin perform pg_sleep(60); return new; end';
  resultOf(await watcher.run({ query: `create function slow() returns trigger language plpgsql as $$ ${body} $$` }));
  resultOf(await watcher.run({ query: 'create table slowly (n int)' }));
  resultOf(await watcher.run({ query: 'create trigger slow before insert on slowly for each row execute function slow()' }));
});
afterAll(async () => {
  await watcher.session.close();
  await server.stop();
});

const value = async (sql: string, args: readonly Json[] = []): Promise<Json> =>
  (resultOf(await watcher.run({ query: sql, args, returns: 'value' })) as { readonly value: Json }).value;
/** Backends that run a statement with this mark in it. */
const running = (mark: string): Promise<Json> =>
  value("select count(*)::int from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()", [
    `%${mark}%`,
  ]);
const until = (mark: string, count: number) => expect.poll(() => running(mark), { timeout: 10_000, interval: 20 }).toBe(count);
const open = (target: Json = server.target) => openStep(stepType, target);

describe('stopping', () => {
  it.each([
    ['a read', { query: 'select pg_sleep(60) /* stopped read */' }, 'stopped read'],
    ['a write', { query: 'insert into slowly values (1) /* stopped write */' }, 'stopped write'],
  ])('%s stops it on the server, and nothing is in doubt', async (_what, params, mark) => {
    const bench = await open();
    const stop = new AbortController();
    const pending = bench.run(params, { signal: stop.signal });
    await until(mark, 1);
    stop.abort(new Error('the operator'));
    expect((await pending).done).toMatchObject({ ok: false, wire: 'refused', class: 'cancelled', code: 'cancelled' });
    await until(mark, 0);
    expect(await value('select count(*)::int from slowly')).toBe(0);
    await bench.session.close();
  });

  it('by somebody else on the server is told apart from our own', async () => {
    const bench = await open();
    const pending = bench.run({ query: 'insert into slowly values (3) /* elsewhere */' });
    await until('elsewhere', 1);
    const sql = 'select pg_cancel_backend(pid) from pg_stat_activity where query like $1 and pid <> pg_backend_pid()';
    await watcher.run({ query: sql, args: ['%elsewhere%'] });
    expect((await pending).done).toMatchObject({ ok: false, wire: 'refused', class: 'cancelled', code: 'cancelled-on-server' });
    await bench.session.close();
  });

  it('what only this process waits for ends as well: a step that was stopped before it began sends nothing', async () => {
    const bench = await open();
    const { done, sent } = await bench.run(
      { query: 'insert into ledger values (1)' },
      { signal: AbortSignal.abort(new Error('x')) },
    );
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'cancelled' });
    expect(sent).toBe(false);
    await bench.session.close();
  });
});

describe('the timeout of a step', () => {
  it('is the timeout of the statement on the server', async () => {
    const bench = await open();
    const context = { ...bench.context(), deadline: 400 };
    const done = await bench.session.run({ query: 'select pg_sleep(60)' }, context);
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'timeout', code: 'statement-timeout' });
    await bench.session.close();
  });

  it('ends the waiting for a lock, with words about the lock', async () => {
    const holder = await open();
    const stop = new AbortController();
    const lock = holder.run(
      { query: 'do $$ begin lock table ledger; perform pg_sleep(60); end $$ /* holds */' },
      { signal: stop.signal },
    );
    await until('holds', 1);
    const bench = await open();
    const { done } = await bench.run({ query: 'update ledger set n = 2', lockTimeout: 50 });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'timeout', code: 'lock-timeout' });
    stop.abort(new Error('enough'));
    await lock;
    await holder.session.close();
    await bench.session.close();
  });
});

/** Between us and the server; `cut` is asked with each packet of ours, and the connection dies or falls silent when it says so. */
async function proxy(
  cut: (bytes: string) => 'pass' | 'cut' | 'silence',
): Promise<{ readonly target: Json; close(): void; readonly proxy: Server }> {
  const between = createServer((client) => {
    const upstream = connect(server.port, '127.0.0.1');
    let now: ReturnType<typeof cut> = 'pass';
    client.on('data', (bytes) => {
      if (now === 'pass') now = cut(bytes.toString('latin1'));
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (now === 'cut') client.destroy();
      if (now === 'pass') client.write(bytes);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const port = (between.address() as AddressInfo).port;
  return { target: { ...server.target, port }, proxy: between, close: () => between.close() };
}

describe('a connection that is lost', () => {
  it('with COMMIT on its way leaves the write in doubt: here it was done', async () => {
    const between = await proxy((bytes) => (bytes.includes('commit') ? 'cut' : 'pass'));
    const bench = await open(between.target);
    const { done, sent } = await bench.run({ query: 'insert into ledger values (77)' });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'connection' });
    expect(done.ok ? '' : done.hint).toContain('COMMIT was on its way');
    expect(sent).toBe(true);
    await expect.poll(() => value('select count(*)::int from ledger where n = 77'), { timeout: 5000 }).toBe(1);
    between.close();
  });

  it.each([
    ['a write', { query: 'insert into slowly values (2) /* killed write */' }, 'killed write', 'unknown'],
    ['a read', { query: 'select pg_sleep(60) /* killed read */' }, 'killed read', 'refused'],
  ])('in the middle of %s', async (_what, params, mark, wire) => {
    const bench = await open();
    const pending = bench.run(params);
    await until(mark, 1);
    await watcher.run({
      query: 'select pg_terminate_backend(pid) from pg_stat_activity where query like $1 and pid <> pg_backend_pid()',
      args: [`%${mark}%`],
    });
    const { done, sent } = await pending;
    expect(done).toMatchObject({ ok: false, wire, class: 'connection', code: 'terminated' });
    expect(sent).toBe(true);
    await bench.session.close();
  });

  it('before the statement was sent is not started', async () => {
    const between = await proxy((bytes) => (bytes.includes('begin') ? 'cut' : 'pass'));
    const bench = await open(between.target);
    expect(await bench.run({ query: 'insert into ledger values (78)' })).toMatchObject({
      sent: false,
      done: { ok: false, wire: 'notStarted', class: 'connection' },
    });
    between.close();
  });

  it('while it was idle costs nothing: nothing was sent, so a fresh one is taken', async () => {
    let begun = 0;
    const between = await proxy((bytes) => {
      if (!bytes.includes('begin')) return 'pass';
      begun += 1;
      return begun === 2 ? 'cut' : 'pass';
    });
    const bench = await open(between.target);
    resultOf(await bench.run({ query: 'insert into ledger values (79)' }));
    expect(await bench.run({ query: 'insert into ledger values (79)' })).toMatchObject({ sent: true, done: { ok: true } });
    expect(begun).toBe(3);
    expect(await value('select count(*)::int from ledger where n = 79')).toBe(2);
    await bench.session.close();
    between.close();
  });

  it('to a server that falls silent ends at the deadline, in doubt for a write, and the session serves again (M6)', async () => {
    const silent = { now: true };
    const between = await proxy((bytes) => (silent.now && bytes.startsWith('B') ? 'silence' : 'pass'));
    const bench = await open(between.target);
    const { done } = await bench.run({ query: 'insert into ledger values ($1)', args: [5] }, { timeoutMs: 300 });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'timeout', code: 'timeout' });
    silent.now = false;
    expect(await bench.run({ query: 'select 1' })).toMatchObject({ done: { ok: true } });
    await bench.session.close();
    between.close();
  });
});

describe('a whole server that dies', () => {
  it('in the middle of a statement gives doubt for a write and a failure for a read', async () => {
    const own = await startPostgres();
    const bench = await open(own.target);
    resultOf(await bench.run({ query: 'create table t (n int)' }));
    const look = await open(own.target);
    const write = bench.run({ query: 'insert into t select 1 from pg_sleep(60) /* dies */' });
    const read = bench.run({ query: 'select pg_sleep(60) /* dies */' });
    const sql =
      "select count(*)::int from pg_stat_activity where state = 'active' and query like '%/* dies */' and pid <> pg_backend_pid()";
    await expect
      .poll(async () => (resultOf(await look.run({ query: sql, returns: 'value' })) as { value: Json }).value, {
        timeout: 10_000,
      })
      .toBe(2);
    await own.kill();
    expect((await write).done).toMatchObject({ ok: false, wire: 'unknown', class: 'connection' });
    expect((await read).done).toMatchObject({ ok: false, wire: 'refused', class: 'connection' });
    expect((await bench.run({ query: 'select 1' })).done).toMatchObject({ ok: false, wire: 'notStarted', code: 'ECONNREFUSED' });
    for (const one of [bench, look]) await one.session.close();
    await own.stop();
  });
});
