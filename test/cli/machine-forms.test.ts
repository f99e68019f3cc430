/** What commands print for machines is held stable: fields may be added, none taken away. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
let path: string;
beforeEach(() => {
  here = place();
  path = join(here.folder, 'small.yaml');
  writeFileSync(
    path,
    'apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\nseverity: SEV3\nschedule: weekly\ntriggers: [{ alert: Down }]\n' +
      'inputs: { n: { type: integer, default: 2 } }\nsteps:\n' +
      '  - { id: good, type: shell, argv: [echo, "{{inputs.n}}"] }\n  - { id: bad, type: shell, argv: ["false"] }\n',
  );
});
afterEach(() => {
  here.remove();
});
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await runbook([...args, '-o', 'json'], { env: here.env, cwd: here.folder })).stdout) as unknown;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const text = expect.any(String) as string;
const number = expect.any(Number) as number;

it('list', async () => {
  expect(await json('list', '--catalogue', here.folder)).toEqual([
    {
      ...{ id: 'small', title: 'Small', path: text, severity: 'SEV3', owners: ['tests'] },
      ...{ triggers: [{ alert: 'Down' }], schedule: 'weekly' },
    },
  ]);
});

it('plan: one row a step', async () => {
  expect(await json('plan', path)).toMatchObject({
    runbook: 'small',
    planHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    inputs: { n: 2 },
    steps: [
      { id: 'good', title: 'good', section: 'steps', type: 'shell', effect: 'read', after: [], timeout: 60_000 },
      { id: 'bad', after: ['good'] },
    ],
  });
});

it('run, runs', async () => {
  const ran = await json('run', path);
  expect(ran).toMatchObject({
    run: text,
    runbook: 'small',
    outcome: 'failed',
    exitCode: 1,
    steps: [
      {
        id: 'good',
        section: 'main',
        state: 'ok',
        changed: false,
        attempts: 1,
        startedAt: time,
        durationMs: number,
        value: '2',
      },
      { id: 'bad', state: 'failed', error: { class: 'exit-code', code: 'exit', message: 'exit code 1' } },
    ],
  });
  expect(await json('runs')).toMatchObject([
    { run: text, runbook: 'small', state: 'finished', outcome: 'failed', operator: text, startedAt: time, finishedAt: time },
  ]);
});

it('run -o ndjson: each journal record, the first names the run, the last ends it', async () => {
  const { stdout } = await runbook(['run', path, '-o', 'ndjson'], { env: here.env, cwd: here.folder });
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string; readonly run?: string; readonly exitCode?: number });
  expect(records[0]).toMatchObject({ type: 'run.opened', run: text });
  expect(records.at(-1)).toMatchObject({ type: 'run.finished', exitCode: 1 });
});
