/** Hostile values from five sources into five sinks: each arrives as it is, or is refused; none becomes a command, a statement or another address. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestPostgres, TestRedis } from '../../lab/servers/test-servers.ts';
import { startPostgres, startRedis } from '../../lab/servers/test-servers.ts';
import { escapedControl } from '../../src/interpreter/document/limits.ts';
import { stepType as redisType } from '../../src/steps/redis/index.ts';
import { stepType as sqlType } from '../../src/steps/sql/index.ts';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { everythingIn } from '../rig/files.ts';
import type { Received, TestServer } from '../rig/servers.ts';
import { startHttp } from '../rig/servers.ts';
import type { Bench } from '../rig/session.ts';
import { openStep, resultOf } from '../rig/session.ts';
import { payloads } from './injection-payloads.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, pick, spread } from './measure.ts';

const secret = 'never-in-a-payload-77';

/** How the list comes into the run: a step before, the expression of the list, and arguments of the command. */
interface Source {
  readonly step?: string;
  readonly list: string;
  readonly args?: (list: readonly string[]) => readonly string[];
}

const sources: Readonly<Record<string, Source>> = {
  input: { list: 'inputs.payloads', args: () => ['--input-file', 'input.json'] },
  command: {
    step: '{ id: source, type: shell, argv: [cat, list.json], output: json, reads: true }',
    list: 'steps.source.value.payloads',
  },
  answer: {
    step: '{ id: source, type: ask, fields: { payloads: { type: list, of: string } } }',
    list: 'steps.source.value.payloads',
    args: (list) => ['--answer', `source=${JSON.stringify({ payloads: list })}`],
  },
  server: { step: '{ id: source, type: http, url: /source }', list: 'steps.source.value.payloads' },
  file: { step: '{ id: source, type: file, read: list.json }', list: 'steps.source.value.payloads' },
};

const sinks = `      - { id: argument, type: shell, argv: [./record, arguments, --, "{{item}}"], undo: none, onFailure: continue }
      - { id: variable, type: shell, argv: [./record, variables], env: { VALUE: "{{item}}" }, undo: none, onFailure: continue }
      - id: request
        type: http
        method: POST
        url: "/v/{{item}}/end"
        query: { q: "{{item}}" }
        body: { value: "{{item}}" }
        undo: none
        onFailure: continue
      - { id: header, type: http, url: /header, headers: { x-value: "{{item}}" }, onFailure: continue }
      - { id: key, type: redis, command: [RPUSH, payloads, "{{item}}"], undo: none, onFailure: continue }
      - { id: row, type: sql, target: db, query: "insert into payloads (v) values ($1)", args: ["{{item}}"], rows: 1, undo: none, onFailure: continue }
`;

/** Writes the values that it got, each with a NUL behind it. */
const record =
  '#!/bin/sh\ncase $1 in\narguments) shift 2; printf "%s\\0" "$@" >> arguments;;\nvariables) printf "%s\\0" "$VALUE" >> variables;;\nesac\n';

interface Servers {
  readonly http: TestServer & { readonly received: readonly Received[] };
  readonly redis: TestRedis;
  readonly postgres: TestPostgres;
  readonly sql: Bench;
  readonly keys: Bench;
}

/** What arrived at each sink, as text, and what arrived where nothing should. */
interface Arrived {
  readonly at: Readonly<Record<string, readonly string[]>>;
  readonly wrong: readonly string[];
}

async function performed(source: string, list: readonly string[], servers: Servers): Promise<readonly string[]> {
  const { step, list: over, args = () => [] } = sources[source] ?? { list: '[]' };
  const here = place();
  try {
    prepare(here, servers, list, step, over);
    const before = servers.http.received.length;
    await reset(servers);
    const { stdout, stderr } = await runbook(['run', 'inject.yaml', '--no-questions', '--yes', ...args(list)], {
      cwd: here.folder,
      env: { ...here.env, PW_OF_THE_TEST: secret },
    });
    const { at, wrong } = await arrived(here, servers, before);
    const violations = [...wrong];
    if (!stdout.includes('== finished')) violations.push(`the run did not end: ${stderr.slice(-300)}`);
    for (const [sink, values] of Object.entries(at)) {
      const wanted = new Set(list.map((one) => inSink(sink, one)));
      if (values.length < list.length / 3)
        violations.push(`${sink}: only ${String(values.length)} of ${String(list.length)} arrived`);
      for (const value of values) if (!wanted.has(value)) violations.push(`${sink} got ${JSON.stringify(value)}`);
      if (new Set(values).size !== values.length && sink !== 'header') violations.push(`${sink} got a value twice`);
    }
    return violations.map((one) => `${source}: ${one}`);
  } finally {
    here.remove();
  }
}

function prepare(here: Place, servers: Servers, list: readonly string[], step: string | undefined, over: string): void {
  const { host, port } = servers.postgres.target;
  const inFolder = (name: string, text: string): void => {
    writeFileSync(join(here.folder, name), text);
  };
  inFolder('list.json', JSON.stringify({ payloads: list }));
  inFolder('input.json', asciiOf({ payloads: list }));
  inFolder('record', record);
  chmodSync(join(here.folder, 'record'), 0o755);
  inFolder(
    'runbook.config.yaml',
    `environments:
  local:
    targets:
      api: { type: http, url: "${servers.http.url}" }
      cache: { type: redis, url: "${servers.redis.url}" }
      db: { type: postgres, host: "${host}", port: ${String(port)}, database: postgres, user: postgres }
    secrets: { pw: "env:PW_OF_THE_TEST" }
`,
  );
  const inputs = over.startsWith('inputs') ? 'inputs: { payloads: { type: list, of: string } }\n' : '';
  inFolder(
    'inject.yaml',
    `apiVersion: runbook/v1\nid: inject\ntitle: Inject\nowners: [tests]\ntargets: { api: http, cache: redis, db: postgres }\n${inputs}` +
      `steps:\n${step === undefined ? '' : `  - ${step}\n`}  - id: each\n    forEach: ${over}\n    onFailure: continue\n    steps:\n${sinks}`,
  );
}

/** An input file with an escape that makes a control character is refused as a whole (test/cli/hostile-files.test.ts). Here all others come from it. */
const takenFrom = (source: string, list: readonly string[]): readonly string[] =>
  source === 'input' ? list.filter((one) => !escapedControl.test(one)) : list;

/** Characters that nobody sees are refused in an input file, but not their escapes. */
const asciiOf = (data: unknown): string =>
  JSON.stringify(data).replaceAll(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

async function reset({ sql, keys }: Servers): Promise<void> {
  resultOf(await sql.run({ query: 'delete from payloads', rows: { min: 0, max: 100_000 } }));
  resultOf(await keys.run({ command: ['DEL', 'payloads'] }));
}

/** A header has no blanks around it, and its bytes are read as Latin-1. */
const inSink = (sink: string, value: string): string => (sink === 'header' ? value.trim() : value);

async function arrived(here: Place, servers: Servers, before: number): Promise<Arrived> {
  const wrong: string[] = [];
  const lines = (name: string): readonly string[] => {
    const path = join(here.folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\0').slice(0, -1) : [];
  };
  const requests: string[] = [];
  const headers: string[] = [];
  for (const one of servers.http.received.slice(before)) {
    if (one.path === '/source') continue;
    if (one.path === '/header' && one.method === 'GET') headers.push(String(one.headers['x-value'] ?? ''));
    else {
      const value = valueOf(one);
      if (value === undefined) wrong.push(`the server got ${one.method} ${one.path} with ${JSON.stringify(one.body)}`);
      else requests.push(value);
    }
    if (one.headers['x-evil'] !== undefined) wrong.push('the server got a second header');
  }
  const rows = resultOf(await servers.sql.run({ query: 'select v from payloads' })) as {
    readonly rows: readonly { readonly v: string }[];
  };
  const size = resultOf(await servers.keys.run({ command: ['DBSIZE'] })) as { readonly reply: number | string };
  const list = resultOf(await servers.keys.run({ command: ['LRANGE', 'payloads', '0', '-1'] })) as {
    readonly reply: readonly string[];
  };
  if (Number(size.reply) !== 1) wrong.push(`redis has ${String(size.reply)} keys`);
  if (existsSync(join(here.folder, 'PWNED'))) wrong.push('a command was executed');
  if (everythingIn(here.folder).includes(secret)) wrong.push('a template in a value was opened');
  const at = {
    arguments: lines('arguments'),
    variables: lines('variables'),
    request: requests,
    header: headers,
    redis: list.reply,
    sql: rows.rows.map(({ v }) => v),
  };
  return { at, wrong };
}

/** Path, query and body say the same value, or the request has another form than the author gave it. */
function valueOf({ method, path, body }: Received): string | undefined {
  const [, segment, query] = /^\/v\/([^/?#]+)\/end\?q=([^&#]*)$/.exec(path) ?? [];
  if (method !== 'POST' || segment === undefined || query === undefined) return undefined;
  const value = decodeURIComponent(segment);
  const inQuery = new URLSearchParams(`q=${query}`).get('q');
  return value === inQuery && body === JSON.stringify({ value }) ? value : undefined;
}

export const injection: Measure = {
  id: 'S7',
  title: 'Hostile values from inputs, commands, answers, servers and files',
  target: 'each arrives unchanged or is refused: none becomes a command, statement, header, address or template',
  run: async (tier: Tier): Promise<Score> => {
    const list = spread(payloads, pick(tier, { quick: 8, board: 200, soak: payloads.length }));
    const http = await startHttp((response, { path }) => {
      response.setHeader('content-type', 'application/json');
      response.end(path === '/source' ? JSON.stringify({ payloads: list }) : '{}');
    });
    const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    const sql = await openStep(sqlType, postgres.target);
    const keys = await openStep(redisType, { url: redis.url });
    const servers = { http, redis, postgres, sql, keys };
    try {
      resultOf(await sql.run({ query: 'create table payloads (v text)' }));
      const violations: string[] = [];
      for (const source of Object.keys(sources)) violations.push(...(await performed(source, takenFrom(source, list), servers)));
      return {
        cases: list.length * Object.keys(sources).length * 6,
        violations: atMost(violations),
        figure: `${String(list.length)} values x ${String(Object.keys(sources).length)} sources x 6 sinks on real servers`,
      };
    } finally {
      await Promise.all([sql.session.close(), keys.session.close()]);
      await Promise.all([http.close(), redis.stop(), postgres.stop()]);
    }
  },
};
