/** `runbook new`: what it writes lints clean and runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
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
  [['new', 'fine', '--title', ' '], '--title TEXT'],
  [['new', 'fine', '--owner', ','], '--owner NAME'],
  [['new', 'fine', '--folder', '../out'], '--catalogue'],
])('%j is refused with a hint', async (args, hint) => {
  const { code, stderr } = await call(...args);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(hint) as string });
});

/** Every way to give or leave out these flags; the values need quotes in YAML. */
const flags: readonly (readonly string[])[] = [
  ['--title', "- it's 100%: {a} [b] #c & *d 'e' \"f\" \\ g"],
  ['--owner', 'yes', '--owner', 'team: "b" # c'],
  ['--severity', 'SEV1'],
  ['--alert', 'on'],
  ['--folder', 'data store'],
];
const combinations = flags.reduce<readonly (readonly string[])[]>(
  (all, flag) => all.flatMap((one) => [one, [...one, ...flag]]),
  [[]],
);

it('every combination of flags writes a runbook that lints clean and names the schema', async () => {
  for (let from = 0; from < combinations.length; from += 4) {
    const few = combinations.slice(from, from + 4).map((flag, index) => call('new', `book-${String(from + index)}`, ...flag));
    for (const written of await Promise.all(few)) expect(written, written.stderr).toMatchObject({ code: 0 });
  }
  const { code, stdout } = await call('lint', '-o', 'json');
  expect({ code, said: JSON.parse(stdout) as unknown }).toEqual({ code: 0, said: { files: 32, findings: [] } });
  const full = readFileSync(join(here.folder, 'runbooks.yaml.d', 'data store', 'book-31.yaml'), 'utf8');
  const { title, owners, severity, triggers } = parse(full) as Record<string, unknown>;
  expect({ title, owners, severity, triggers }).toEqual({
    title: flags[0]?.[1],
    owners: ['yes', 'team: "b" # c'],
    severity: 'SEV1',
    triggers: [{ alert: 'on' }],
  });
  const schema = /^# yaml-language-server: \$schema=(.*)$/m.exec(full)?.[1] ?? '';
  // A file beside the runbooks: true wherever they are checked out.
  expect(schema).toBe('../runbook.schema.json');
  const copy = join(here.folder, 'runbooks.yaml.d', 'runbook.schema.json');
  expect(readFileSync(copy, 'utf8')).toBe((await call('schema')).stdout);
}, 120_000);

it('is found by its id; a path that is not there says so', async () => {
  await call('new', 'cache-cold', '--folder', 'data');
  const done = await call('lint', 'cache-cold.yaml');
  expect(done).toMatchObject({ code: 2 });
  expect(done.stderr).toContain('there is no file cache-cold.yaml');
  const path = join('runbooks.yaml.d', 'data', 'cache-cold.yaml');
  expect(done.stderr).toContain(`hint: did you mean ${path}? Its id alone is enough: cache-cold`);
  expect(await call('lint', 'cache-cold')).toMatchObject({ code: 0 });
});
