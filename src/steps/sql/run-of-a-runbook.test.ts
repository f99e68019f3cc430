/** Through the built program: a secret password, arguments from inputs and secrets, 64-bit integers in conditions, check and undo. */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestPostgres } from '../../../lab/servers/test-servers.ts';
import { startPostgres } from '../../../lab/servers/test-servers.ts';
import type { Place } from '../../../test/rig/cli.ts';
import { place, runbook } from '../../../test/rig/cli.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';

const password = 'pa55-of-the-reader';
const token = 'tok-7f3a9c';
let server: TestPostgres;
let bench: Bench;
let here: Place;
beforeAll(async () => {
  server = await startPostgres();
  bench = await openStep(stepType, server.target);
  for (const sql of [
    'create table feeds (venue text primary key, paused boolean not null default false, seq int8 not null, updated_at timestamptz)',
    "insert into feeds values ('binance', false, 9007199254740993)",
    `create role ops login password '${password}'`,
    'grant select, update on feeds to ops',
  ])
    resultOf(await bench.run({ query: sql }));
});
afterAll(async () => {
  await bench.session.close();
  await server.stop();
});
beforeEach(() => {
  here = place();
  const { host, port } = server.target;
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    `environments:
  lab:
    rehearsal: true
    targets:
      orders: { type: postgres, host: "${host}", port: ${String(port)}, database: postgres, user: ops, password: "secret:dbPassword" }
    secrets: { dbPassword: "env:DB_PASSWORD", token: "env:TOKEN" }
`,
  );
});
afterEach(() => {
  here.remove();
});

const write = (body: string): string => {
  const path = join(here.folder, 'small.yaml');
  writeFileSync(
    path,
    `apiVersion: runbook/v1\nid: small\ntitle: Small\nsummary: Small.\nowners: [tests]\ntargets: { orders: postgres }\n${body}`,
  );
  return path;
};
const perform = (...args: readonly string[]) =>
  runbook(args, { env: { ...here.env, DB_PASSWORD: password, TOKEN: token }, cwd: here.folder });
const example = join(import.meta.dirname, 'examples/pause-feed.yaml');
const paused = async () =>
  resultOf(await bench.run({ query: "select paused from feeds where venue = 'binance'", returns: 'value' })) as {
    readonly value: boolean;
  };
const everything = (folder: string): string =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');

describe('a runbook with sql', () => {
  it('is checked without changing anything, then run once, and found done when run again', async () => {
    const checked = await perform('check', example, '-i', 'venue=binance');
    expect(checked.stdout).toMatch(/UPDATE would touch 1 row \(Update on feeds/);
    expect((await paused()).value).toBe(false);
    const first = await perform('run', example, '-i', 'venue=binance', '-y', '-o', 'json');
    expect({ code: first.code, paused: (await paused()).value, stderr: first.stderr }).toEqual({
      code: 0,
      paused: true,
      stderr: '',
    });
    const again = await perform('run', example, '-i', 'venue=binance', '-y', '-o', 'json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      outcome: 'succeeded',
      steps: [{ state: 'ok' }, { id: 'pause', state: 'unchanged' }],
    });
  });

  it('says in check that nothing would be touched where a row is expected', async () => {
    const checked = await perform('check', example, '-i', 'venue=nowhere');
    expect(`${checked.stdout}${checked.stderr}`).toContain('0 rows instead of 1');
  });

  it('compares 64-bit integers as integers', async () => {
    const path = write(`steps:
  - { id: seq, type: sql, query: select seq from feeds, returns: value, expect: value == 9007199254740993 }
  - { id: rows, type: sql, query: "select venue, seq from feeds", expect: "value[0].seq > 9007199254740992 && size(value) == 1" }
`);
    const { code, stdout } = await perform('run', path, '-o', 'json');
    expect({ code, stdout: JSON.parse(stdout) as unknown }).toMatchObject({ code: 0, stdout: { outcome: 'succeeded' } });
  });

  it('takes an interval and a name from inputs, the interval as short as the waits of a rehearsal', async () => {
    const path = write(`inputs:
  age: { type: duration, default: 2h }
  table: { type: string, default: feeds }
steps:
  - id: counted
    type: sql
    query: select count(*)::int as rows, (interval '{{inputs.age}}')::text as age from "{{inputs.table}}"
    returns: row
`);
    const config = join(here.folder, 'runbook.config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('rehearsal: true', 'rehearsal: true\n    timeScale: 60'));
    const told = async (...args: readonly string[]): Promise<unknown> =>
      JSON.parse((await perform('run', path, '-o', 'json', ...args)).stdout) as unknown;
    expect(await told()).toMatchObject({ outcome: 'succeeded', steps: [{ value: { rows: 1, age: 'PT2M' } }] });
    const hostile = await perform('run', path, '-i', 'table=feeds"; drop table feeds; --');
    expect(hostile.stdout).toContain('relation "feeds"; drop table feeds; --" does not exist');
    expect(await told()).toMatchObject({ outcome: 'succeeded' });
  });

  it('keeps passwords and secret arguments out of everything that is written, also when the server repeats them', async () => {
    const path = write(`steps:
  - { id: cast, type: sql, query: "select $1::int", args: ["{{secrets.token}}"] }
`);
    const { code, stdout, stderr } = await perform('run', path, '-o', 'ndjson');
    expect(code).toBe(1);
    const all = `${stdout}${stderr}${everything(here.env['RUNBOOK_STATE_DIR'] ?? '')}`;
    expect(all).toContain('invalid input syntax for type integer');
    expect(all).not.toContain(token);
    expect(all).not.toContain(password);
  });
});
