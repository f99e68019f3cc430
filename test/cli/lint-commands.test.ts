/** Programs that this machine does not have: `lint` looks only when it is asked, `check` always does. */
import { mkdirSync, writeFileSync } from 'node:fs';
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

const write = (steps: string): void => {
  const head =
    'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ntargets: { web: ssh }\ninputs: { tool: { type: string, enum: [date, no-such-program], default: date } }\n';
  writeFileSync(join(here.folder, 'one.yaml'), `${head}steps:\n${steps}`);
};
const program = (path: string): void => {
  writeFileSync(join(here.folder, path), '#!/bin/sh\necho done\n', { mode: 0o755 });
};
const lint = (...more: readonly string[]) =>
  runbook(['lint', 'one.yaml', '-o', 'json', ...more], { cwd: here.folder, env: here.env });
const found = async (): Promise<readonly (readonly [string, number])[]> => {
  const { code, stdout } = await lint('--commands');
  expect(code).toBe(0);
  const { findings } = JSON.parse(stdout) as { findings: readonly { code: string; severity: string; line: number }[] };
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return findings.map(({ code: found, line }) => [found, line] as const);
};

it('is a warning at the name, and only with --commands', async () => {
  write('  - { id: a, type: shell, argv: [no-such-program, "1"] }\n  - { id: b, type: shell, argv: [date] }\n');
  expect(await found()).toEqual([['shell/no-such-program', 8]]);
  expect(JSON.parse((await lint()).stdout)).toMatchObject({ findings: [] });
});

it('finds programs as starting them does: on PATH, on the PATH of the step, by a path from the folder or from cwd', async () => {
  mkdirSync(join(here.folder, 'bin'));
  program('bin/tool');
  program('tool-here');
  write(
    [
      '{ id: a, type: shell, argv: [./tool-here] }',
      '{ id: b, type: shell, argv: [./tool], cwd: bin }',
      `{ id: c, type: shell, argv: [tool], env: { PATH: "${join(here.folder, 'bin')}" } }`,
      '{ id: d, type: shell, script: date }',
      '{ id: e, type: shell, argv: [./tool] }',
      '{ id: f, type: shell, argv: [./bin] }',
    ]
      .map((step) => `  - ${step}\n`)
      .join(''),
  );
  expect(await found()).toEqual([
    ['shell/no-such-program', 12],
    ['shell/no-such-program', 13],
  ]);
});

it('says nothing of another host, and of what only a run knows', async () => {
  write(
    '  - { id: a, type: shell, target: web, argv: [no-such-program] }\n  - { id: b, type: shell, argv: ["{{inputs.tool}}"] }\n',
  );
  expect(await found()).toEqual([]);
});

it('check fails where a write could not even start', async () => {
  writeFileSync(
    join(here.folder, 'one.yaml'),
    'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\nsteps:\n  - { id: a, type: shell, argv: [no-such-program, "1"] }\n',
  );
  const { code, stdout } = await runbook(['check', 'one.yaml'], { cwd: here.folder, env: here.env });
  expect(code).toBe(1);
  expect(stdout).toContain('no-such-program is not on this machine');
});
