/** `runbook undo`: takes back what a finished run changed, in reverse order of start, in a run of its own that survives a crash. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});
const ledger = (): readonly string[] => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};
const says = (words: string): string =>
  `{ type: shell, script: "echo ${words} >> ledger", cwd: "${here.folder}", repeatable: true }`;
const call = (...args: readonly string[]) => runbook(args, { env: here.env, cwd: here.folder });

interface Row {
  readonly run: string;
  readonly state: string;
  readonly outcome?: string;
}
const runs = async (): Promise<readonly Row[]> => JSON.parse((await call('runs', '-o', 'json')).stdout) as readonly Row[];

/** Two changes with their undo, one without; returns the run. */
async function finishedRun(undoOfB: string): Promise<string> {
  const path = join(here.folder, 'small.yaml');
  const step = (id: string, undo: string): string =>
    `  - { id: ${id}, type: shell, script: "echo ${id} >> ledger", cwd: "${here.folder}", undo: ${undo} }\n`;
  const steps = step('a', says('not-a')) + step('b', undoOfB) + step('c', 'none');
  writeFileSync(path, `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\nsteps:\n${steps}`);
  expect((await call('run', path)).code).toBe(0);
  return (await runs())[0]?.run ?? '';
}

it('performs the undos in reverse order, with exit code 6, and not a second time', async () => {
  const run = await finishedRun(says('not-b'));
  const undone = await call('undo', run);
  expect(undone.code, undone.stdout + undone.stderr).toBe(6);
  expect(ledger()).toEqual(['a', 'b', 'c', 'not-b', 'not-a']);
  const again = await call('undo', run);
  expect(again.code).not.toBe(0);
  expect(ledger()).toEqual(['a', 'b', 'c', 'not-b', 'not-a']);
});

it('an undo that fails is a mixed state: exit code 7, and the others are still performed', async () => {
  const run = await finishedRun('{ type: shell, argv: ["false"] }');
  const undone = await call('undo', run);
  expect(undone.code, undone.stdout + undone.stderr).toBe(7);
  expect(ledger()).toEqual(['a', 'b', 'c', 'not-a']);
});

it('does not ask the questions of the postmortem again', async () => {
  const path = join(here.folder, 'asked.yaml');
  const step = `{ id: a, type: shell, script: "echo a >> ledger", cwd: "${here.folder}", undo: ${says('not-a')} }`;
  const ask = '{ id: cause, type: ask, fields: { cause: { type: string } } }';
  writeFileSync(
    path,
    `apiVersion: runbook/v1\nid: asked\ntitle: Asked\nowners: [tests]\nsteps:\n  - ${step}\npostmortem:\n  - ${ask}\n`,
  );
  expect((await call('run', path, '--answer', 'cause=disk')).code).toBe(0);
  const undone = await call('undo', (await runs())[0]?.run ?? '');
  expect(undone.code, undone.stdout + undone.stderr).toBe(6);
  expect(undone.stdout).not.toContain('cause');
  expect(ledger()).toEqual(['a', 'not-a']);
});

it('killed in the middle and resumed: every undo is performed, none lost', async () => {
  const slow = `{ type: shell, script: "echo not-b >> ledger; sleep 1", cwd: "${here.folder}", repeatable: true }`;
  const run = await finishedRun(slow);
  const undoing = start(['undo', run], { env: here.env, cwd: here.folder });
  await eventually('the first undo has begun', () => ledger().includes('not-b'));
  undoing.child.kill('SIGKILL');
  await undoing.finished;
  const interrupted = (await runs()).find((one) => one.state === 'interrupted');
  const resumed = await call('resume', interrupted?.run ?? '');
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(6);
  expect([...new Set(ledger())]).toEqual(['a', 'b', 'c', 'not-b', 'not-a']);
});

it('does not wait for what was under way when the undone run began to stop', async () => {
  const path = join(here.folder, 'watched.yaml');
  writeFileSync(
    path,
    `apiVersion: runbook/v1
id: watched
title: Watched
owners: [tests]
steps:
  - { id: a, type: shell, script: "echo a >> ledger", cwd: "${here.folder}", undo: ${says('not-a')} }
  - id: both
    parallel: true
    steps:
      - { id: long, type: shell, argv: [sleep, "2"], effect: read }
      - { id: wrong, type: shell, script: "sleep 1; exit 1" }
watch:
  - { id: overdue, expect: "run.elapsed < duration('1h')", then: [{ id: page, type: shell, argv: ["true"] }] }
`,
  );
  expect((await call('run', path)).code).toBe(1);
  const undone = await call('undo', (await runs())[0]?.run ?? '');
  expect(undone.code, undone.stdout + undone.stderr).toBe(6);
  expect(ledger()).toEqual(['a', 'not-a']);
});

it('an undo whose first write was torn takes back when it is resumed, and repeats nothing of the run', async () => {
  const run = await finishedRun(says('not-b'));
  expect((await call('undo', run)).code).toBe(6);
  const undo = (await runs()).at(-1)?.run ?? '';
  const journal = join(here.env['RUNBOOK_STATE_DIR'] ?? '', 'runs', undo, 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  const seed = lines.findIndex((line) => line.includes('"type":"control"'));
  for (const kept of [1, seed]) {
    writeFileSync(journal, `${lines.slice(0, kept).join('\n')}\n${lines[kept]?.slice(0, 20) ?? ''}`);
    const before = ledger().length;
    const resumed = await call('resume', undo);
    expect(resumed.code, `${String(kept)}: ${resumed.stdout}${resumed.stderr}`).toBe(6);
    expect(ledger().slice(before), String(kept)).toEqual(['not-b', 'not-a']);
  }
  expect((await call('verify', undo)).code).toBe(0);
});
