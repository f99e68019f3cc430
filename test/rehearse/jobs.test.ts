/** Rehearsals side by side: which of them may, what keeps copies of a system apart, and that every system is down at the end. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { place, runbook } from '../rig/cli.ts';
import type { Place } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(join(here.folder, 'runbooks.yaml.d'));
  write('config.yaml', 'environments:\n  toy: { rehearsal: true }\n');
});
afterEach(() => {
  here.remove();
});

const write = (name: string, text: string): void => {
  writeFileSync(join(here.folder, name), text);
};
const rehearse = (...args: readonly string[]) => runbook(['rehearse', ...args], { cwd: here.folder, env: here.env });
const logged = (): readonly string[] => readFileSync(join(here.folder, 'log'), 'utf8').trim().split('\n');

/** Its run tells that it is there; with `meets`, it waits until the other one is there as well, and fails when that does not come. */
function rehearsal(id: string, { up = 'echo up', copies = '', meets = '', verify = 'true' }): void {
  const meeting = meets === '' ? '' : `; timeout 20 sh -c 'until [ -e ../${meets} ]; do sleep 0.05; done'`;
  write(
    `runbooks.yaml.d/${id}.yaml`,
    `apiVersion: runbook/v1
id: ${id}
title: Meet
owners: [tests]
lock: the same
steps:
  - { id: meet, type: shell, script: "echo ${id} >> ../log; touch ../${id}${meeting}", undo: none }
`,
  );
  write(
    `runbooks.yaml.d/${id}.rehearsal.yaml`,
    `apiVersion: runbook/v1
rehearses: ${id}
environment: toy
lab:
  up: ["${up} $COPY >> ../log"]
  down: ["echo down $COPY >> ../log"]
  config: cat ../config.yaml
${copies === '' ? '' : `  copies: ${copies}\n`}verify: ${JSON.stringify(verify)}
unproven: { meet: It changes nothing. }
worlds:
  here: { prepare: [], given: holds, sabotage: false, expect: { outcome: succeeded, changed: [meet] } }
`,
  );
}

it('brings a system up once for all rehearsals of it, and lets them take turns', async () => {
  rehearsal('blue', {});
  rehearsal('red', {});
  expect(await rehearse('--jobs', '2')).toMatchObject({ code: 0 });
  expect(logged()).toEqual(['up', 'blue', 'red', 'down']);
});

it('brings a copy up for each job where the file says how copies are kept apart; their locks are apart as well', async () => {
  const copies = '{ COPY: "{{copy}}", FOLDER: "{{folder}}/x" }';
  rehearsal('blue', { copies, meets: 'red' });
  rehearsal('red', { copies, meets: 'blue' });
  const { code, stdout } = await rehearse('--jobs', '2');
  expect(code, stdout).toBe(0);
  expect(stdout).toMatch(/^blue {2}ok {6}here: succeeded/m);
  expect([...logged()].sort()).toEqual(['blue', 'down 1', 'down 2', 'red', 'up 1', 'up 2']);
});

it('rehearses different systems side by side', async () => {
  rehearsal('blue', { up: 'echo up blue', meets: 'red' });
  rehearsal('red', { up: 'echo up red', meets: 'blue' });
  // A lock is one of the machine where systems are not copies.
  for (const id of ['blue', 'red'])
    write(
      `runbooks.yaml.d/${id}.yaml`,
      readFileSync(join(here.folder, `runbooks.yaml.d/${id}.yaml`), 'utf8').replace('lock: the same\n', ''),
    );
  const { code, stdout } = await rehearse('--jobs', '2');
  expect(code, stdout).toBe(0);
});

it('takes every system down when one job fails', async () => {
  rehearsal('blue', { up: 'echo up blue', meets: 'red' });
  rehearsal('red', { up: 'touch ../red; echo no power >&2; exit 3; echo up red' });
  const { code, stderr } = await rehearse('--jobs', '2');
  expect(code).toBe(1);
  expect(stderr).toContain('exited with 3: no power');
  expect(logged().filter((line) => line.startsWith('down'))).toHaveLength(2);
});

it('tries again what ended otherwise than expected, as often as it may, and tells it', async () => {
  rehearsal('blue', { verify: 'test -e ../tried || { touch ../tried; exit 1; }' });
  const { code, stdout } = await rehearse('--tries', '2');
  expect(code).toBe(0);
  expect(stdout).toContain('the world was not prepared: verify says broken, given is holds');
  expect(stdout).toContain('blue: 1 of 1 worlds as expected, no score: no mutant was tried, only at try 2');
  rehearsal('blue', { verify: 'false' });
  expect(await rehearse('--tries', '3')).toMatchObject({ code: 1, stdout: expect.stringMatching(/try 2[^]*try 3/) as string });
});

it.each([
  ['--jobs', '0'],
  ['--jobs', 'two'],
  ['--tries', '-1'],
])('refuses %s %s', async (...words) => {
  rehearsal('blue', {});
  expect(await rehearse(...words)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('whole number from 1 to 999') as string,
  });
});

it.each(['{ COPY: "{{copies}}" }', '{ "A B": x }', '[COPY]'])('lint refuses copies: %s', async (copies) => {
  rehearsal('blue', { copies });
  expect((await runbook(['lint'], { cwd: here.folder, env: here.env })).code).toBe(3);
});
