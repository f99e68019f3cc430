/** A secret that slips into what people say to a run is not recorded. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCodes } from '../../src/console/exit-codes.ts';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';
import { everythingIn } from '../rig/files.ts';

const secret = 'hunter2secretvalue';
let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(join(here.folder, 'runbook.config.yaml'), 'environments:\n  local:\n    secrets: { pw: env:EARLY_SECRET }\n');
  writeFileSync(
    join(here.folder, 'one.yaml'),
    `apiVersion: runbook/v1
id: one
title: One
owners: [tests]
inputs: { host: { type: string, default: db1 } }
steps:
  - { id: form, type: ask, fields: { cause: { type: string } } }
  - { id: waits, type: shell, argv: [test, -e, done], reads: true, allowExit: [0, 1], until: result.exitCode == 0, every: 100ms, timeout: 60s }
  - { id: input, type: shell, argv: [echo, "{{inputs.host}}"], undo: none, onFailure: continue }
  - { id: field, type: shell, argv: [echo, "{{steps.form.value.cause}}"], undo: none, onFailure: continue }
`,
  );
});
afterEach(() => {
  here.remove();
});

it('in notes, reasons, answers and changed inputs; and no step acts on the mask', async () => {
  const env = { ...here.env, EARLY_SECRET: secret, XDG_RUNTIME_DIR: here.folder };
  const options = { cwd: here.folder, env };
  const running = start(
    ['run', 'one.yaml', '--no-questions', '--yes', '--answer', `form=the password ${secret}`, '--reason', `so: ${secret}`],
    options,
  );
  await eventually('the wait', () => running.stdout().includes('-- waits'));
  const said = [
    await runbook(['note', 'last', 'the', 'password', 'is', secret], options),
    await runbook(['input', 'last', 'host', secret, '--reason', `host ${secret}`], options),
    await runbook(['extend', 'last', 'waits', '1m', '--reason', `with ${secret}`], options),
  ];
  for (const { code, stderr } of said) expect(code, stderr).toBe(0);
  writeFileSync(join(here.folder, 'done'), '');
  const { code, stdout, stderr } = await running.finished;
  expect(code).toBe(exitCodes.failed);
  expect(stdout).toMatch(/input: FAILED.*masked/);
  expect(stdout).toMatch(/field: FAILED.*masked/);
  const record = everythingIn(join(here.folder, 'state'));
  for (const words of ['the password is ***', 'host ***', 'with ***', 'so: ***', 'the password ***'])
    expect(record).toContain(words);
  for (const text of [stdout, stderr, record]) expect(text).not.toContain(secret);
});
