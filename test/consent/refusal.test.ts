/** A refusal is an answer: every way of asking tells what follows from each answer and what stays changed, and takes all of them. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { eventually, place, runbook } from '../rig/cli.ts';
import type { Terminal } from '../rig/terminal.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: here.folder });
const made = (name: string): boolean => existsSync(join(here.folder, name));
const follows = [
  'retry: ask again',
  'skip: leave this step out; next is: three; stays changed: one',
  'undo: stop and take back: one; stays changed: nothing',
  'abort: stop; stays changed: one',
];

beforeEach(() => {
  here = place();
  const steps = `steps:
  - { id: one, type: shell, argv: [touch, one], undo: [{ type: shell, argv: [rm, one] }] }
  - { id: two, type: shell, argv: [touch, two], undo: none, confirm: Really?, onFailure: ask }
  - { id: three, type: shell, argv: [touch, three], undo: none }
`;
  writeFileSync(join(here.folder, 'r.yaml'), `apiVersion: runbook/v1\nid: r\ntitle: R\nowners: [tests]\n${steps}`);
});
afterEach(() => {
  here.remove();
});

const begin = (...args: readonly string[]): Terminal =>
  openTerminal(['run', 'r.yaml', ...args], { cwd: here.folder, env: here.env, columns: 120 });

it.each([
  ['undo', 6, { one: false, two: false, three: false }],
  ['skip because nobody needs it', 0, { one: true, two: false, three: true }],
  ['abort', 8, { one: true, two: false, three: false }],
])('in plain lines: %s ends with %i', async (reply, code, files) => {
  const terminal = begin('-o', 'plain');
  await terminal.sees('no: you are asked what now');
  await terminal.type('no\r');
  for (const line of follows) await terminal.sees(line);
  await terminal.type(`${reply}\r`);
  expect(await terminal.code).toBe(code);
  expect({ one: made('one'), two: made('two'), three: made('three') }).toEqual(files);
});

it('from another terminal, which is told what follows when the answer is none', async () => {
  const terminal = begin('-o', 'plain');
  await terminal.sees('?? two');
  expect((await call('answer', 'last', 'two', 'no')).code).toBe(0);
  await terminal.sees('was refused: what now?');
  const wrong = await call('answer', 'last', 'two', 'perhaps');
  expect(wrong.code).toBe(2);
  for (const line of follows) expect(wrong.stderr).toContain(line);
  expect((await call('answer', 'last', 'two', 'retry')).code).toBe(0);
  await eventually('it asks again', async () => (await call('answer', 'last', 'two', 'yes')).code === 0);
  expect([await terminal.code, made('two')]).toEqual([0, true]);
});

it('where nobody is there, as records with the same words, and answered beforehand', async () => {
  const { stdout } = await call('run', 'r.yaml', '--no-questions', '-o', 'ndjson');
  const asked = stdout
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { readonly type: string; readonly ask?: string; readonly show?: { readonly about?: unknown } },
    )
    .find((one) => one.type === 'question.opened' && one.ask === 'failure');
  expect(asked?.show?.about).toEqual(follows);
  expect((await call('run', 'r.yaml', '--no-questions', '--answer', 'two=undo')).code).toBe(6);
});
