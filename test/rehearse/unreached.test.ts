/** A run that fails before it comes to the lost step shows nothing about the step, whatever it failed at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(here.folder, name)), { recursive: true });
  writeFileSync(join(here.folder, name), text);
};

/** The valve turns once; nobody looks at the lamp. */
const runbookText = `apiVersion: runbook/v1
id: pump
title: The pump stands still
owners: [tests]
steps:
  - { id: valve, type: shell, script: "echo x >> ../turns; echo open > ../valve; test $(wc -l < ../turns) -eq 1", undo: none }
  - { id: lamp, type: shell, script: "echo green > ../lamp", undo: none }
validations:
  - { id: flows, type: shell, argv: [cat, ../valve], expect: value == "open" }
`;
const rehearsal = `apiVersion: runbook/v1
rehearses: pump
environment: toy
lab: { up: ["true"], down: ["true"], config: cat ../config.yaml }
verify: test "$(cat ../valve)" = open
unproven: { lamp: nobody looks at it }
worlds:
  still:
    prepare: ["echo shut > ../valve"]
    given: broken
    expect: { outcome: succeeded, changed: [valve, lamp], verify: holds }
`;

it('is told as not tried and counts as a failure, also where the loss is accepted', async () => {
  write('runbooks.yaml.d/pump.yaml', runbookText);
  write('runbooks.yaml.d/pump.rehearsal.yaml', rehearsal);
  write('config.yaml', 'environments:\n  toy: { rehearsal: true }\n');
  const { code, stdout } = await runbook(['rehearse', 'pump'], { cwd: here.folder, env: here.env });
  expect(stdout).toContain('ok      still without valve: noticed by flows');
  expect(stdout).toContain('FAILED  still without lamp: not tried: the run failed at valve before it came to the step');
  expect(stdout).toContain('1 of 2');
  expect(code).toBe(1);
});
