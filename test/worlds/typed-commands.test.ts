/** What `plan` and `show` print is typed into a shell, and must do what the step does: read the same, or leave the same behind. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSsh } from '../../lab/servers/ssh-tests.ts';
import type { TestSsh } from '../../lab/servers/ssh-tests.ts';
import { alertmanagerReady, launchAlertmanager } from '../../lab/servers/alertmanager.ts';
import { start, startPostgres, startPrometheus, startRedis } from '../../lab/servers/test-servers.ts';
import type { TestPostgres, TestPrometheus, TestRedis } from '../../lab/servers/test-servers.ts';
import { rules } from '../../lab/worlds/realtime/rules.ts';
import type { Json } from '../../src/interpreter/core/model/value.ts';
import { registry } from '../../src/steps/index.ts';
import type { Managers } from '../../src/steps/service/test/managers.ts';
import { makeManagers } from '../../src/steps/service/test/managers.ts';
import type { StepType } from '../../src/interpreter/port/step-type.ts';
import { startHttp } from '../rig/servers.ts';
import type { Received, TestServer } from '../rig/servers.ts';
import { openStep, resultOf } from '../rig/session.ts';

type Entry = Readonly<Record<string, Json>>;

const folder = mkdtempSync(join(tmpdir(), 'runbook-typed-'));
let redis: TestRedis;
let postgres: TestPostgres;
let prometheus: TestPrometheus;
let alertmanager: TestPrometheus;
let web: TestServer & { readonly received: readonly Received[] };
let host: TestSsh;
let managers: Managers;
/** What the web server answers about its only flag. */
let flag = true;

beforeAll(async () => {
  managers = makeManagers();
  [redis, postgres, prometheus, alertmanager, host, web] = await Promise.all([
    startRedis(),
    startPostgres(),
    startPrometheus({ rules }),
    startAlertmanager(),
    startSsh({ path: `${managers.path}:${process.env['PATH'] ?? ''}` }),
    startHttp((response, { method, path, body }) => {
      if (method === 'PUT' && path === '/flags/pause') flag = (JSON.parse(body) as { readonly value: boolean }).value;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name: 'pause', value: flag, version: '7' }));
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([redis.stop(), postgres.stop(), prometheus.stop(), alertmanager.stop(), host.stop(), web.close()]);
  rmSync(folder, { recursive: true, force: true });
  rmSync(managers.path, { recursive: true, force: true });
});

const startAlertmanager = (): Promise<TestPrometheus> =>
  start('alertmanager', 1, ([port = 0], directory) => {
    const options = { directory, port, detached: false, webhook: 'http://127.0.0.1:9/' };
    return {
      extra: { url: `http://127.0.0.1:${String(port)}` },
      launch: () => launchAlertmanager(options),
      ready: (one) => alertmanagerReady(options, one),
    };
  });

const typeNamed = (name: string): StepType => {
  const found = registry.get(name);
  if (found === undefined) throw new Error(`${name} is not in the registry`);
  return found;
};
async function command(name: string, params: Entry, entry: Entry | undefined, type = name): Promise<string> {
  const asCommand = await typeNamed(name).asCommand?.();
  if (asCommand === undefined) throw new Error(`${name} has no command`);
  return asCommand(params, { name: 'place', type, ...(entry === undefined ? {} : { entry }) });
}
/** Types it into bash. `variables` are what a person sets first. */
async function typed(line: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const PATH = `${managers.path}:${process.env['PATH'] ?? ''}`;
  const env = { PATH, HOME: folder, LC_ALL: 'C.UTF-8', ...variables };
  return (await promisify(execFile)('bash', ['-c', line], { env, cwd: folder, timeout: 30_000 })).stdout.trimEnd();
}
async function step(name: string, params: Entry, entry: Entry, type = name): Promise<Json> {
  const bench = await openStep(typeNamed(name), entry, type, 'place');
  try {
    return resultOf(await bench.run(params));
  } finally {
    await bench.session.close();
  }
}
const odd = `it's "odd" $HOME \`id\` \\n*`;

describe('redis-cli', () => {
  it('reads and writes what the step reads and writes, also odd values', async () => {
    const entry = { host: '127.0.0.1', port: redis.port };
    await typed(await command('redis', { command: ['SET', 'a key', odd] }, entry));
    expect(await step('redis', { command: ['GET', 'a key'] }, entry)).toMatchObject({ reply: odd });
    expect(await typed(await command('redis', { command: ['GET', 'a key'] }, { url: redis.url }))).toBe(odd);
    await typed(await command('redis', { command: ['SET', 'other', '1'] }, entry));
    expect(await typed(await command('redis', { scan: { match: 'a *' } }, entry))).toBe('a key');
  });
});

describe('psql', () => {
  it('binds the same values as the step, and prints the same rows', async () => {
    const query = 'select upper($1::text) as name, $2::int + 1 as next, $3::text is null as missing';
    const params = { query, args: [odd, 41, null] };
    const { rows } = (await step('sql', params, postgres.target, 'postgres')) as { readonly rows: readonly Entry[] };
    const printed = await typed(`${await command('sql', params, postgres.target, 'postgres')} -At -F '|'`);
    expect(printed.split('\n').at(-1)).toBe(`${odd.toUpperCase()}|42|t`);
    expect(rows).toEqual([{ name: odd.toUpperCase(), next: 42, missing: true }]);
  });
});

describe('curl at Prometheus', () => {
  const printed = async (params: Entry): Promise<Entry> => {
    const line = await command('metric', params, { url: prometheus.url }, 'prometheus');
    return (JSON.parse(await typed(line)) as { readonly data: Entry }).data;
  };
  it('asks the same query, encoded, with the labels that the step adds', async () => {
    const query = 'vector(1) * 2 + 3 % 4 or up{job="a&b"} offset 5m';
    expect(await printed({ query })).toMatchObject({ result: [{ value: [expect.anything(), '5'] }] });
    expect(await step('metric', { query }, { url: prometheus.url }, 'prometheus')).toMatchObject({ value: 5 });
    const line = await command('metric', { query: 'up', labels: { job: 'a b' } }, { url: prometheus.url }, 'prometheus');
    expect(decodeURIComponent(line)).toContain('up{job="a b"}');
  });
  it('reads the rule of an alert', async () => {
    const line = await command('alert', { alert: 'WsSequenceGapRatioHigh' }, { url: prometheus.url }, 'prometheus');
    expect(JSON.parse(await typed(line))).toMatchObject({ name: 'WsSequenceGapRatioHigh', state: 'inactive', alerts: [] });
  });
});

describe('amtool', () => {
  it('adds a silence that the step can expire', async () => {
    const silence = { matchers: { alertname: 'Down', venue: 'a "b"' }, lasts: '90m', comment: odd };
    const entry = { url: alertmanager.url };
    const id = await typed(await command('alert', { silence }, entry, 'alertmanager'));
    const shown = await typed(`amtool silence query --alertmanager.url=${entry.url} -o json`);
    expect(JSON.parse(shown)).toMatchObject([
      {
        id,
        comment: odd,
        matchers: [
          { name: 'alertname', value: 'Down', isRegex: false },
          { name: 'venue', value: 'a "b"', isRegex: false },
        ],
      },
    ]);
    expect(await step('alert', { expire: id }, entry, 'alertmanager')).toMatchObject({ id });
  });
});

describe('curl at a service', () => {
  const pairs = (text: string): unknown => [...new URLSearchParams(text)];
  /** What it means: there are several ways to encode the same. */
  const meaning = ({ method, path, headers, body }: Received): unknown => {
    const type = headers['content-type']?.replace(/;.*/, '');
    const [where, query = ''] = path.split('?');
    const meant = type?.endsWith('form-urlencoded') ? pairs(body) : body;
    return { method, where, query: pairs(query), type, body: meant, token: headers.authorization, match: headers['if-match'] };
  };
  const sent = async (does: () => Promise<unknown>): Promise<readonly unknown[]> => {
    const before = web.received.length;
    await does();
    return web.received.slice(before).map(meaning);
  };
  const entry = { url: '', token: 'not-to-be-shown' };
  it.each<[string, string, Entry]>([
    [
      'a request with query and JSON',
      'http',
      { url: '/a/b', method: 'POST', query: { 'a b': 'c&d', n: 2 }, body: { text: odd } },
    ],
    ['a form', 'http', { url: '/form', method: 'POST', form: { a: 'b c', d: odd } }],
    ['a plain text', 'http', { url: '/text', method: 'PUT', text: odd }],
    ['a flag that is read', 'flag', { flag: 'pause' }],
    ['a flag that is set', 'flag', { flag: 'pause', set: false }],
  ])('%s arrives as it does from the step, and its token is a variable', async (_, type, params) => {
    const target = { ...entry, url: web.url, ...(type === 'flag' ? { provider: 'http' } : {}) };
    const line = await command(type, params, target);
    expect(line).not.toContain('not-to-be-shown');
    flag = true;
    const byHand = await sent(() => typed(line, { PLACE_TOKEN: 'not-to-be-shown' }));
    flag = true;
    // The step also reads a flag again after it has set it.
    const byStep = await sent(async () => (await openStep(typeNamed(type), target, type)).run(params));
    expect(byStep.slice(0, byHand.length)).toEqual(byHand);
    expect(byHand.length).toBeGreaterThan(0);
  });
});

describe('flags elsewhere', () => {
  it('are read and set in a file and in a Redis as the step reads and sets them', async () => {
    const file = join(folder, 'flags.json');
    writeFileSync(file, JSON.stringify({ other: 1, 'ops.pause': true }));
    const targets: readonly Entry[] = [
      { provider: 'file', file, names: { pause: 'ops.pause' } },
      { provider: 'redis', url: redis.url, names: { pause: 'ops.pause' } },
    ];
    await typed(`redis-cli -u ${redis.url} HSET flags ops.pause true`);
    for (const entry of targets) {
      expect(await typed(await command('flag', { flag: 'pause' }, entry, 'flag'))).toBe('true');
      await typed(await command('flag', { flag: 'pause', set: false }, entry, 'flag'));
      expect(await step('flag', { flag: 'pause' }, entry, 'flag')).toMatchObject({ value: false });
    }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ other: 1 });
  });
});

describe('commands', () => {
  it.each<[string, Entry]>([
    ['arguments', { argv: ['printf', '%s|', odd, '', 'a b', 'A=b'] }],
    ['variables', { argv: ['printenv', 'ODD'], env: { ODD: odd } }],
    ['a script', { script: 'x="it\'s"; echo "$x" | tr a-z A-Z' }],
    ['an input', { argv: ['cat'], stdin: odd }],
  ])('with %s print the same', async (_, params) => {
    const here = await step('shell', params, null as unknown as Entry);
    const stdout = (here as { readonly stdout: string }).stdout.trimEnd();
    expect(await typed(await command('shell', params, undefined, 'shell'))).toBe(stdout);
  });

  it('reach another host by ssh, quoted twice', async () => {
    const line = await command('shell', { argv: ['printf', '%s', odd] }, { ...host.target }, 'ssh');
    expect(await typed(line)).toBe(odd);
  });

  it('count the same lines of a log', async () => {
    const file = join(folder, 'service.log');
    writeFileSync(file, 'WARN gap 1\nINFO fine\nWARN gap 22\n');
    const params = { match: 'gap \\d+$', command: ['cat', file] };
    expect(await step('log', params, null as unknown as Entry)).toMatchObject({ count: 2 });
    expect(await typed(await command('log', params, undefined, 'log'))).toBe('2');
    expect(await typed(await command('log', { match: 'gap \\d+$', file }, undefined, 'log'))).toBe('2');
    expect(await typed(await command('file', { read: file }, undefined, 'file'))).toContain('INFO fine');
  });
});

describe('services', () => {
  it.each<[string, Entry, Entry]>([
    ['docker', { context: 'prod' }, { restart: 'web' }],
    ['kubernetes', { context: 'prod', namespace: 'shop' }, { scale: 'web', replicas: 3 }],
    ['kubernetes', { context: 'prod' }, { replace: 'deploy/web', image: 'web:2' }],
    ['systemd', {}, { stop: 'web', sudo: true }],
    ['aws', { region: 'eu-central-1' }, { stop: 'web' }],
  ])('are acted on by the same command of %s', async (type, entry, params) => {
    const acted = async (does: () => Promise<unknown>): Promise<readonly string[]> => {
      managers.set('web', { on: true, replicas: 1, image: 'web:1' });
      const before = managers.acted().length;
      await does();
      return managers.acted().slice(before);
    };
    const byHand = await acted(async () => typed(await command('service', params, entry, type)));
    const path = process.env['PATH'] ?? '';
    process.env['PATH'] = `${managers.path}:${path}`;
    const byStep = await acted(() => step('service', { ...params, hold: 0, within: 5000 }, entry, type)).finally(() => {
      process.env['PATH'] = path;
    });
    expect(byHand).toHaveLength(1);
    expect(byStep).toEqual(byHand);
  });
});

describe('what is not known yet', () => {
  it.each<[string, string, Entry, Entry | undefined, string]>([
    ['an unbound target is a variable', 'redis', { command: ['PING'] }, undefined, 'redis-cli -u "$PLACE_URL" PING'],
    [
      'a secret is a variable of its name',
      'http',
      { url: '/x', headers: { Authorization: 'Bearer {{secrets.opsToken}}' } },
      { url: 'http://a' },
      `curl -sS -H 'Authorization: Bearer '"$OPSTOKEN" http://a/x`,
    ],
    [
      'a value of an earlier step stays as the author wrote it',
      'metric',
      { query: 'up{job="{{steps.pick.value}}"}' },
      { url: 'http://p' },
      `curl -sS 'http://p/api/v1/query?query=up%7Bjob%3D%22{{steps.pick.value}}%22%7D'`,
    ],
    [
      'a flag of an unbound target is told in words',
      'flag',
      { flag: 'f', set: true },
      undefined,
      '# set the flag f to true at place',
    ],
  ])('%s', async (_, type, params, entry, line) => {
    expect(await command(type, params, entry)).toBe(line);
  });
});

describe('the tools of Kafka', () => {
  it.each<[Entry, string]>([
    [{ groupLag: { group: 'g' } }, 'kafka-consumer-groups.sh --bootstrap-server b:9092 --describe --group g'],
    [
      { consume: { topic: 't', count: 10, partition: 0, offset: 1000 } },
      'kafka-console-consumer.sh --bootstrap-server b:9092 --topic t --partition 0 --offset 1000 --timeout-ms 10000 --max-messages 10',
    ],
    [
      { resetOffsets: { group: 'g', topic: 't', partitions: [0, 2], offset: 5 } },
      'kafka-consumer-groups.sh --bootstrap-server b:9092 --reset-offsets --group g --topic t:0,2 --to-offset 5 --execute',
    ],
    [
      { deleteRecords: { topic: 't', before: { 0: '12' } } },
      `echo '{"partitions":[{"topic":"t","partition":0,"offset":12}],"version":1}' | ` +
        'kafka-delete-records.sh --bootstrap-server b:9092 --offset-json-file /dev/stdin',
    ],
    [
      { alterConfig: { topic: 't', set: { 'retention.ms': 1000 }, unset: ['segment.ms'] } },
      'kafka-configs.sh --bootstrap-server b:9092 --alter --entity-type topics --entity-name t ' +
        '--add-config retention.ms=1000 --delete-config segment.ms',
    ],
  ])('%j', async (params, line) => {
    expect(await command('kafka', params, { brokers: ['b:9092'] })).toBe(line);
  });
});
