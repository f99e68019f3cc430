/** What does not exist is never a pass: the built program asks real servers and files for things that are not there (docs/no-data.md). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestPostgres, TestPrometheus, TestRedis } from '../../lab/servers/test-servers.ts';
import { startPostgres, startPrometheus, startRedis } from '../../lab/servers/test-servers.ts';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

const web = createServer((_request, response) => {
  response.statusCode = 404;
  response.end('{}');
});
let servers: { readonly redis: TestRedis; readonly postgres: TestPostgres; readonly prometheus: TestPrometheus };
let here: Place;
let config: string;
beforeAll(async () => {
  here = place();
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const [redis, postgres, prometheus] = await Promise.all([
    startRedis(),
    startPostgres(),
    startPrometheus({ scrapeTargets: [] }),
  ]);
  servers = { redis, postgres, prometheus };
  config = join(here.folder, 'config.yaml');
  writeFileSync(join(here.folder, 'flags.json'), '{ "other": true }');
  const targets = {
    cache: { type: 'redis', url: redis.url },
    db: { type: 'postgres', ...postgres.target },
    metrics: { type: 'prometheus', url: prometheus.url },
    flags: { type: 'flag', provider: 'file', file: join(here.folder, 'flags.json') },
    rest: { type: 'http', url: `http://127.0.0.1:${String((web.address() as AddressInfo).port)}` },
  };
  writeFileSync(config, JSON.stringify({ environments: { test: { targets } } }));
}, 60_000);
afterAll(async () => {
  web.close();
  await Promise.all([servers.redis.stop(), servers.postgres.stop(), servers.prometheus.stop()]);
  here.remove();
});

/** `expect` would hold for anything: only the absence can make the step fail. */
const cases: readonly (readonly [string, string, string])[] = [
  ['a Redis key', 'redis, target: cache, command: [GET, nosuch]', 'the step returned no data'],
  ['a Redis hash', 'redis, target: cache, command: [HGETALL, nosuch]', 'the step returned no data'],
  ['fields of a Redis hash', 'redis, target: cache, command: [HMGET, nosuch, a, b]', 'the step returned no data'],
  ['a Redis list', 'redis, target: cache, command: [LRANGE, nosuch, 0, -1]', 'the step returned no data'],
  ['a Redis set', 'redis, target: cache, command: [SMEMBERS, nosuch]', 'the step returned no data'],
  ['a Redis stream', 'redis, target: cache, command: [XRANGE, nosuch, "-", "+"]', 'the step returned no data'],
  ['a row', 'sql, target: db, query: select 1 where false', 'the step returned no data'],
  ['a value that is NULL', 'sql, target: db, query: select null, returns: value', 'the step returned no data'],
  ['a series', 'metric, target: metrics, query: nosuch', 'the step returned no data'],
  ['an alerting rule', 'alert, target: metrics, alert: NoSuch', 'no alerting rule is called NoSuch'],
  ['a flag', 'flag, target: flags, flag: nosuch', 'there is no flag nosuch'],
  ['a file', 'file, read: /nosuch/app.yaml', 'there is no file /nosuch/app.yaml'],
  ['a page', 'http, target: rest, url: /nosuch', 'answered 404'],
  ['a log file', 'log, file: /nosuch/app.log, match: x', 'does not exist'],
  ['a unit', 'log, command: [journalctl, -u, nosuch], match: x', 'the step returned no data'],
];
const document = (steps: string): string => {
  const path = join(here.folder, 'small.yaml');
  const targets = '{ cache: redis, db: postgres, metrics: prometheus, flags: flag, rest: http }';
  writeFileSync(
    path,
    `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\ntargets: ${targets}\ndiagnosis:\n${steps}` +
      'steps:\n  - { id: end, title: End, type: manual }\n',
  );
  return path;
};
interface Told {
  readonly steps: readonly { readonly id: string; readonly mark: string; readonly says: string }[];
}
const check = async (steps: string): Promise<Told['steps']> => {
  const done = await runbook(['check', document(steps), '--config', config, '--env', 'test', '-o', 'json'], { env: here.env });
  expect(done, done.stderr).toMatchObject({ code: 0 });
  return (JSON.parse(done.stdout) as Told).steps;
};

it('is named, step type by step type', async () => {
  const told = await check(
    cases.map(([, what], index) => `  - { id: s${String(index)}, type: ${what}, expect: "1 == 1" }\n`).join(''),
  );
  expect(told.map(({ mark }, index) => [cases[index]?.[0], mark])).toEqual(cases.map(([name]) => [name, '?']));
  for (const [index, [, , words]] of cases.entries()) expect(told[index]?.says).toContain(words);
});

it('passes when the author decides so, and what honestly finds nothing passes by itself', async () => {
  const told = await check(
    '  - { id: decided, type: redis, target: cache, command: [HGETALL, nosuch], onNoData: zero, expect: value == 0 }\n' +
      '  - { id: none, type: redis, target: cache, scan: { match: "nosuch:*" }, expect: size(value) == 0 }\n' +
      '  - { id: zero, type: sql, target: db, query: select count(*) from pg_class where false, returns: value, expect: value == 0 }\n',
  );
  expect(told.map(({ id, mark }) => [id, mark])).toEqual([
    ['decided', 'v'],
    ['none', 'v'],
    ['zero', 'v'],
  ]);
});

it('passes where nothing is expected, and only there', async () => {
  const told = await check(
    [
      '  - { id: noRows, type: sql, target: db, query: select 1 where false, expect: none }\n',
      '  - { id: rows, type: sql, target: db, query: select 7 as left, expect: none }\n',
      '  - { id: noSeries, type: metric, target: metrics, query: nosuch, returns: series, expect: none }\n',
      '  - { id: noMembers, type: redis, target: cache, command: [SMEMBERS, nosuch], expect: none }\n',
      '  - { id: noScan, type: redis, target: cache, scan: { match: "nosuch:*" }, expect: none }\n',
      '  - { id: noTable, type: sql, target: db, query: select 1 from nosuch, expect: none }\n',
    ].join(''),
  );
  const marks = told.map(({ id, mark, says }) => [id, mark, says] as const);
  expect(marks.filter(([, mark]) => mark === 'v').map(([id]) => id)).toEqual(['noRows', 'noSeries', 'noMembers', 'noScan']);
  expect(marks.find(([id]) => id === 'rows')?.[2]).toContain('expected none, value is [{"left":7}]');
  expect(marks.find(([id]) => id === 'noTable')?.[2]).toContain('nosuch');
});

it('is "not yet" in a wait that says so, also of a field, and an error otherwise', async () => {
  const file = join(here.folder, 'status.json');
  const path = join(here.folder, 'waits.yaml');
  writeFileSync(file, '{"db":{"name":"orders"}}');
  const wait = (id: string, rest: string): string =>
    `- { id: ${id}, type: file, read: ${file}, value: result.data.db.host, until: 'value == "db2"', every: 50ms, timeout: 10s${rest} }\n`;
  const writes = `- { id: writes, type: shell, argv: [sh, -c, 'echo "$0" > "$1"', '{"db":{"host":"db2"}}', ${file}], undo: none }\n`;
  writeFileSync(
    path,
    `apiVersion: runbook/v1\nid: waits\ntitle: Waits\nowners: [tests]\nonFailure: continue\nsteps:\n  ${wait('strict', '')}` +
      `  - id: both\n    parallel: true\n    steps:\n      ${wait('patient', ', onNoData: wait')}      ${writes}`,
  );
  const { stdout, stderr } = await runbook(['run', path, '--yes'], { env: here.env });
  expect(stdout, stderr).toMatch(/strict: FAILED.*has no "host"/);
  expect(stdout).toMatch(/patient: ok/);
});

it('stops the step before it changes anything, when what would have to be put back cannot be read', async () => {
  const path = document('  - { id: begin, type: check, expect: "true" }\n');
  const steps = [
    ['file, edit: /nosuch/app.yaml, set: { host: new }', 'there is no file /nosuch/app.yaml'],
    ['flag, target: flags, flag: nosuch, set: true', 'there is no flag nosuch'],
  ] as const;
  for (const [what, words] of steps) {
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/^steps:[^]*/m, `steps:\n  - { id: edit, type: ${what}, undo: restore }\n`),
    );
    const done = await runbook(['run', path, '--config', config, '--env', 'test', '-o', 'plain', '--yes'], { env: here.env });
    expect(done.code).toBe(1);
    expect(done.stdout).toContain(`edit: old state not captured: ${words}`);
    expect(done.stdout).toContain('[not-captured]');
    expect(done.stdout).not.toContain('edit: ok');
  }
});
