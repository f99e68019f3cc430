/** `runbook runs` finds a run again, `runbook runs RUN` shows it whole, `runbook stats` counts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { place, runbook } from '../rig/cli.ts';

const here = place();
const call = (...args: readonly string[]) => runbook(args, { env: here.env, cwd: here.folder });
interface Row {
  readonly run: string;
  readonly runbook: string;
  readonly outcome: string;
}
const listed = async (...args: readonly string[]): Promise<readonly Row[]> =>
  JSON.parse((await call('runs', '-o', 'json', ...args)).stdout) as readonly Row[];
const write = (id: string, steps: string): void =>
  writeFileSync(
    join(here.folder, `${id}.yaml`),
    `apiVersion: runbook/v1\nid: ${id}\ntitle: ${id}\nowners: [tests]\nsteps:\n${steps}`,
  );

beforeAll(async () => {
  write('good', '  - { id: move, type: shell, argv: [touch, moved], undo: none }\n');
  write(
    'bad',
    '  - { id: move, type: shell, argv: [touch, moved], undo: none }\n  - { id: wrong, type: shell, argv: ["false"], undo: none }\n',
  );
  await call('run', './good.yaml', '--operator', 'ana');
  await call('run', './bad.yaml', '--operator', 'ben');
  await call('run', './good.yaml', '--operator', 'ben');
});
afterAll(() => {
  here.remove();
});

describe('runs', () => {
  it.each([
    [
      ['--runbook', 'good'],
      ['good', 'good'],
    ],
    [
      ['--operator', 'ben'],
      ['bad', 'good'],
    ],
    [['--state', 'failed'], ['bad']],
    [
      ['--state', 'finished'],
      ['good', 'bad', 'good'],
    ],
    [['--last', '1'], ['good']],
    [
      ['--since', '1h'],
      ['good', 'bad', 'good'],
    ],
    [['--runbook', 'good', '--operator', 'ana'], ['good']],
  ])('%j', async (options, expected) => {
    expect((await listed(...options)).map((one) => one.runbook)).toEqual(expected);
  });

  it('refuses what is not a duration, and what is not a count', async () => {
    expect(await call('runs', '--since', 'yesterday')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not a duration') as string,
    });
    expect(await call('runs', '--last', '0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not a whole number') as string,
    });
  });

  it('with a run shows its steps and its summary', async () => {
    const [bad] = await listed('--runbook', 'bad');
    const { stdout } = await call('runs', bad?.run ?? '');
    expect(stdout).toMatch(/FAILED +wrong/);
    expect(stdout).toContain('changed: move');
    expect(stdout).toContain(`record: runbook report ${bad?.run ?? ''}`);
  });
});

describe('stats', () => {
  it('says per runbook how often, how well, and where it failed', async () => {
    const { stdout } = await call('stats');
    expect(stdout).toContain('bad: 1 run (0 rehearsals), 0 % succeeded');
    expect(stdout).toContain('failed at wrong (1)');
    expect(stdout).toContain('good: 2 runs (0 rehearsals), 100 % succeeded');
    expect(stdout).toContain('rehearsed never on this machine');
  });

  it('is data as well, of one runbook too', async () => {
    const all = JSON.parse((await call('stats', 'good', '-o', 'json')).stdout) as readonly unknown[];
    expect(all).toMatchObject([{ runbook: 'good', runs: 2, successRate: 1, failedAt: [] }]);
    expect((await call('stats', 'nothing')).code).toBe(2);
  });
});
