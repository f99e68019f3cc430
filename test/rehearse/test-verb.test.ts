/** `runbook test`: what happens when a step goes wrong, without a system; and answers that a rehearsal has recorded. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { place, runbook } from '../rig/cli.ts';
import type { Place } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  write('runbooks.yaml.d/light.yaml', light);
});
afterEach(() => {
  here.remove();
});

const write = (name: string, text: string): void => {
  const path = join(here.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const call = (...args: readonly string[]) => runbook(args, { cwd: here.folder, env: here.env });

const light = `apiVersion: runbook/v1
id: light
title: The lamp is dim
owners: [tests]
inputs: { room: { type: string } }
preconditions:
  - { id: isDim, type: shell, argv: [cat, ../lamp], value: int(result.stdout), expect: value < 40 }
steps:
  - { id: lamp, type: shell, script: "echo 90 > ../lamp; touch ../acted", when: inputs.room == "hall", onFailure: ask, undo: none }
validations:
  - { id: shines, type: shell, argv: [cat, ../lamp], value: int(result.stdout), expect: value > 5 }
`;

const tests = `apiVersion: runbook/v1
tests: light
inputs: { room: hall }
cases:
  notDim:
    effects: { isDim: { value: 90 } }
    expect: { outcome: refused, changed: [] }
  otherRoom:
    inputs: { room: kitchen }
    expect: { outcome: succeeded, steps: { lamp: skipped }, changed: [] }
  lampBroken:
    trouble: { lamp: fails }
    then: abort
    expect: { outcome: failed, changed: [] }
`;

describe('test', () => {
  it('plays the cases and every failure point, and does nothing', async () => {
    write('runbooks.yaml.d/light.test.yaml', tests);
    const { code, stdout } = await call('test');
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      '  ok      notDim: refused',
      '  ok      otherRoom: succeeded',
      '  ok      lampBroken: failed',
      '  if isDim fails, times out or does not hold: refused',
      '  if lamp fails: asks; retry: succeeded; skip: warning; undo: failed; abort: failed',
      '  if lamp is in doubt: asks; done: succeeded; not-done: succeeded; abort: unknown, changed and not taken back: lamp',
    ]);
    expect(stdout).toMatch(/^light: \d+ paths in [\d.]+s, none breaks an invariant, 3 of 3 cases as expected$/m);
    expect(code).toBe(0);
    expect(existsSync(join(here.folder, 'acted'))).toBe(false);
  });

  it('refuses where there is nothing to test or to rehearse, so that no pipeline is green by mistake', async () => {
    for (const [verb, missing] of [
      ['test', 'a test file or a rehearsal file'],
      ['rehearse', 'a rehearsal file'],
    ] as const) {
      const { code, stderr } = await call(verb);
      expect(code).toBe(2);
      expect(stderr).toContain(`no runbook of the catalogue has ${missing}`);
    }
  });

  it('judges anew by the runbook as it is, in every form', async () => {
    write('runbooks.yaml.d/light.test.yaml', tests);
    write('runbooks.yaml.d/light.yaml', light.replace('value < 40', 'value < 400'));
    const { code, stdout } = await call('test', 'light', '--case', 'notDim', '-o', 'junit');
    expect(code).toBe(1);
    expect(stdout).toContain('<failure message="the run ended succeeded, expected refused">');
  });

  it('gives a called runbook the inputs of the call', async () => {
    const evening = 'apiVersion: runbook/v1\nid: evening\ntitle: Evening\nowners: [tests]\nsteps:\n';
    write('runbooks.yaml.d/evening.yaml', `${evening}  - { id: light, type: runbook, run: light, inputs: { room: kitchen } }\n`);
    write(
      'runbooks.yaml.d/evening.test.yaml',
      `apiVersion: runbook/v1
tests: evening
effects: { light.isDim: { value: 3 } }
cases: { kitchen: { expect: { outcome: succeeded, steps: { light.lamp: skipped }, changed: [] } } }
`,
    );
    expect((await call('test', 'evening')).stdout).toContain('  ok      kitchen: succeeded\n');
  });

  it('plays what a rehearsal recorded', async () => {
    write('config.yaml', 'environments:\n  toy: { rehearsal: true }\n');
    write(
      'runbooks.yaml.d/light.rehearsal.yaml',
      `apiVersion: runbook/v1
rehearses: light
environment: toy
lab: { config: cat ../config.yaml }
inputs: { room: hall }
worlds:
  healthy: { prepare: ["echo 99 > ../lamp"], expect: { outcome: refused, changed: [] } }
  dim: { prepare: ["echo 3 > ../lamp"], expect: { outcome: succeeded, changed: [lamp] } }
`,
    );
    expect(await call('rehearse', 'light', '--no-sabotage', '--record')).toMatchObject({ code: 0 });
    const played = await call('test', 'light');
    expect(played.stdout).toContain('  ok      healthy: refused\n  ok      dim: succeeded\n');
    expect(played.code).toBe(0);
    // A condition that the recorded answers do not meet is found without a system.
    write('runbooks.yaml.d/light.yaml', light.replace('value < 40', 'value < 2'));
    const changed = await call('test', 'light');
    expect(changed.code).toBe(1);
    expect(changed.stdout).toContain('the run ended refused, expected succeeded');
    // A recording of a world that the file no longer has proves nothing.
    const rehearsal = readFileSync(join(here.folder, 'runbooks.yaml.d/light.rehearsal.yaml'), 'utf8');
    write('runbooks.yaml.d/light.rehearsal.yaml', rehearsal.replace('  dim:', '  dark:'));
    const renamed = await call('test', 'light');
    expect(renamed.code).toBe(2);
    expect(renamed.stderr).toContain('light.recorded.json has the world "dim"');
  });

  it.each([
    ['cases:', 'casse:', 'key/unknown'],
    ['lamp: fails', 'lamp: explodes', 'value/enum'],
    ['isDim: { value: 90 }', 'isdim: { value: 90 }', 'name/unknown-step'],
    ['tests: light', 'tests: lamp', 'value/enum'],
  ])('%j written as %j is found by lint, and nothing is tried', async (right, wrong, code) => {
    write('runbooks.yaml.d/light.test.yaml', tests.replace(right, wrong));
    const linted = await call('lint', '-o', 'json');
    expect(linted.code).toBe(3);
    const { findings } = JSON.parse(linted.stdout) as { readonly findings: readonly { readonly code: string }[] };
    expect(findings.map((one) => one.code)).toContain(code);
    expect(await call('test', 'light')).toMatchObject({ code: 3, stdout: '' });
  });
});
