/** Getting in: each way in which it fails has a code and a hint of its own, and no secret in its words (T27). */
import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestPostgres } from '../../../lab/servers/test-servers.ts';
import { startPostgres } from '../../../lab/servers/test-servers.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { readTarget } from '../../clients/postgres/target.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { stepType } from './index.ts';

const password = 'correct horse battery';
let server: TestPostgres;

/** As the user that owns the server's folder. */
function place(name: string, text: string): void {
  const path = join(server.data, name);
  writeFileSync(path, text, { mode: 0o600 });
  const { uid, gid } = statSync(server.data);
  chownSync(path, uid, gid);
}

beforeAll(async () => {
  server = await startPostgres();
  const make = ['req', '-new', '-x509', '-nodes', '-days', '2', '-subj', '/CN=runbook.test', '-addext'];
  const names = 'subjectAltName=DNS:runbook.test,IP:127.0.0.1';
  execFileSync('openssl', [...make, names, '-keyout', join(server.data, 'made.key'), '-out', join(server.data, 'made.crt')], {
    stdio: 'ignore',
  });
  place('server.key', readFileSync(join(server.data, 'made.key'), 'utf8'));
  place('server.crt', readFileSync(join(server.data, 'made.crt'), 'utf8'));
  const admin = await openStep(stepType, server.target);
  for (const sql of [
    `create role reader login password '${password}'`,
    `create role sealed login password '${password}'`,
    'create table private (n int)',
  ])
    resultOf(await admin.run({ query: sql }));
  place(
    'pg_hba.conf',
    [
      'host all postgres 127.0.0.1/32 trust',
      'host all reader 127.0.0.1/32 scram-sha-256',
      'hostssl all sealed 127.0.0.1/32 scram-sha-256',
    ].join('\n'),
  );
  resultOf(await admin.run({ query: "alter system set ssl_cert_file = 'server.crt'", transaction: 'none' }));
  resultOf(await admin.run({ query: 'select pg_reload_conf()' }));
  await admin.session.close();
});
afterAll(async () => {
  await server.stop();
});

async function attempt(target: { readonly [key: string]: Json }) {
  const bench = await openStep(stepType, { ...server.target, ...target });
  const { done, sent } = await bench.run({ query: 'select 1 as one', returns: 'value' });
  await bench.session.close();
  expect(sent).toBe(done.ok);
  expect(JSON.stringify(done)).not.toContain(password);
  return done;
}

describe('getting in', () => {
  it('works with the password', async () => {
    expect(await attempt({ user: 'reader', password })).toMatchObject({ ok: true, result: { value: 1 } });
  });

  it.each<[string, { readonly [key: string]: Json }, object]>([
    ['a wrong password', { user: 'reader', password: `${password}x` }, { class: 'auth', code: 'wrong-password' }],
    ['no password', { user: 'reader' }, { class: 'auth', code: 'no-password' }],
    ['an unknown user', { user: 'nobody' }, { class: 'auth', code: 'not-allowed-without-tls' }],
    ['an unknown database', { database: 'nowhere' }, { class: 'config', code: 'unknown-database' }],
    ['a port where nobody listens', { port: 1 }, { class: 'connection', code: 'ECONNREFUSED' }],
    ['a user that needs TLS', { user: 'sealed', password }, { class: 'auth', code: 'not-allowed-without-tls' }],
    ['TLS where the server has none', { tls: true }, { class: 'connection', code: 'tls-unavailable' }],
  ])('says what is wrong: %s', async (_what, target, fault) => {
    const done = await attempt(target);
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', ...fault });
    expect(done.ok ? '' : done.hint).toMatch(/\w+ \w+/);
  });

  it('says what a role may not', async () => {
    const bench = await openStep(stepType, { ...server.target, user: 'reader', password });
    const { done } = await bench.run({ query: 'select * from private' });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'auth', code: 'not-permitted' });
    await bench.session.close();
  });

  it('respects that a role is read only by default', async () => {
    const admin = await openStep(stepType, server.target);
    resultOf(await admin.run({ query: 'grant insert on private to reader' }));
    resultOf(await admin.run({ query: 'alter role reader set default_transaction_read_only = on' }));
    const bench = await openStep(stepType, { ...server.target, user: 'reader', password });
    const { done } = await bench.run({ query: 'insert into private values (1)' });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'config', code: 'read-only-server' });
    for (const one of [bench, admin]) await one.session.close();
  });

  it('verifies certificates, takes an authority of its own, and cancels through TLS', async () => {
    const admin = await openStep(stepType, server.target);
    resultOf(await admin.run({ query: 'alter system set ssl = on', transaction: 'none' }));
    resultOf(await admin.run({ query: 'select pg_reload_conf()' }));
    await expect
      .poll(async () => attempt({ tls: true }), { timeout: 5000 })
      .toMatchObject({ ok: false, class: 'auth', code: 'tls-certificate' });
    const ca = join(server.data, 'server.crt');
    expect(await attempt({ user: 'sealed', password, tls: { ca } })).toMatchObject({ ok: true });
    expect(await attempt({ tls: { ca, serverName: 'other.test' } })).toMatchObject({ ok: false, code: 'tls-certificate' });
    const bench = await openStep(stepType, { ...server.target, user: 'sealed', password, tls: { ca } });
    const stop = new AbortController();
    const pending = bench.run({ query: 'select pg_sleep(60) /* sealed */' }, { signal: stop.signal });
    const sql =
      "select count(*)::int from pg_stat_activity where state = 'active' and query like '%/* sealed */' and pid <> pg_backend_pid()";
    const running = async () => (resultOf(await admin.run({ query: sql, returns: 'value' })) as { readonly value: Json }).value;
    await expect.poll(running, { timeout: 5000 }).toBe(1);
    stop.abort(new Error('the operator'));
    expect((await pending).done).toMatchObject({ ok: false, wire: 'refused', code: 'cancelled' });
    for (const one of [bench, admin]) await one.session.close();
  });
});

describe('the entry of a target', () => {
  it('speaks TLS with every host that is not this machine, unless told not to', async () => {
    expect((await readTarget({ host: 'db.internal', user: 'u' }, '.')).tls).toEqual({});
    expect((await readTarget({ host: 'db.internal', user: 'u', tls: false }, '.')).tls).toBeUndefined();
    expect((await readTarget({ host: '/var/run/postgresql', user: 'u' }, '.')).tls).toBeUndefined();
  });

  it.each<[Json, string]>([
    [null, 'needs a target'],
    [{ host: 'h' }, 'needs a user'],
    [{ user: 'u', port: 0 }, 'port'],
    [{ user: 'u', pasword: 'x' }, 'no "pasword"'],
    [{ user: 'u', tls: { verify: false } }, 'no "verify"'],
    [{ user: 'u', tls: 'no-verify' }, 'always verified'],
  ])('is refused when it is wrong: %j', async (entry, words) => {
    await expect(readTarget(entry, '.')).rejects.toThrow(words);
  });
});
