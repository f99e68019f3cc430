/** What does not exist is never a pass: the built program asks real servers and files for things that are not there (docs/no-data.md). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
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
  ['a file', 'file, read: /nosuch/app.yaml', 'ENOENT'],
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
