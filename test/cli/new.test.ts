/** `runbook new`: what it writes lints clean and runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});
const call = (...args: readonly string[]) => runbook(args, { cwd: here.folder, env: here.env });

it.each([
  [[]],
  [
    [
      '--title',
      'Cache "cold": #1',
      '--owner',
      'data',
      '--owner',
      'web: team',
      '--severity',
      'SEV1',
      '--alert',
      'CacheCold',
      '--folder',
      'data',
    ],
  ],
])('with %j: lints clean and runs to its end', async (flags) => {
  const written = await call('new', 'cache-cold', ...flags);
  expect(written, written.stderr).toMatchObject({ code: 0 });
  const path = written.stdout.trim();
  expect(path).toBe(join('runbooks.yaml.d', flags.includes('--folder') ? 'data' : '', 'cache-cold.yaml'));
  expect(await call('lint', path)).toMatchObject({ code: 0, stdout: '' });
  expect(await call('run', 'cache-cold')).toMatchObject({ code: 0 });
});

it('never overwrites', async () => {
  const path = join(here.folder, (await call('new', 'mine')).stdout.trim());
  writeFileSync(path, 'edited');
  expect(await call('new', 'mine')).toMatchObject({ code: 2 });
  expect(readFileSync(path, 'utf8')).toBe('edited');
});

it.each([
  [['new', 'Not An Id'], 'lower case'],
  [['new', 'fine', '--severity', 'P1'], 'SEV1, SEV2'],
])('%j is refused with a hint', async (args, hint) => {
  const { code, stderr } = await call(...args);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(hint) as string });
});
