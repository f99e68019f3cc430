/** `resume` and `undo` go on where the run began, wherever they are called, or refuse before anything is written. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
const at = (...names: readonly string[]): string => join(here.folder, ...names);
beforeEach(() => {
  here = place();
  for (const folder of ['books', 'elsewhere']) mkdirSync(at(folder));
  writeFileSync(at('flags.json'), '{ "live": true }');
  configure('books', `flags: { type: flag, provider: file, file: ${at('flags.json')} }`);
});
afterEach(() => {
  here.remove();
});
const configure = (folder: string, targets: string, environment = 'production'): void => {
  writeFileSync(at(folder, 'runbook.config.yaml'), `environments:\n  ${environment}:\n    targets:\n      ${targets}\n`);
};
const from = (folder: string, ...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: at(folder) });
const flag = (): unknown => (JSON.parse(readFileSync(at('flags.json'), 'utf8')) as { readonly live: unknown }).live;
const theRun = async (): Promise<string> =>
  (JSON.parse((await from('books', 'runs', '-o', 'json')).stdout) as readonly { readonly run: string }[])[0]?.run ?? '';
const journalOf = (run: string): string => readFileSync(at('state', 'runs', run, 'journal.jsonl'), 'utf8');

/** A run whose engine was killed before it touched the flag; relative paths are those of the runbook's folder. */
async function interrupted(): Promise<string> {
  const steps = [
    '{ id: wait, type: shell, script: "echo begun >> begun; sleep 1", repeatable: true }',
    '{ id: switch, type: flag, flag: live, set: false, undo: restore }',
    '{ id: here, type: shell, script: "pwd", undo: { type: shell, script: "pwd > undone" } }',
  ];
  const head = 'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ntargets: { flags: flag }\n';
  writeFileSync(at('books', 'one.yaml'), `${head}steps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
  const running = start(['run', 'one.yaml'], { env: here.env, cwd: at('books') });
  await eventually('it has begun', () => {
    try {
      return readFileSync(at('books', 'begun'), 'utf8') !== '';
    } catch {
      return false;
    }
  });
  running.child.kill('SIGKILL');
  await running.finished;
  return theRun();
}

describe('called in another folder', () => {
  it('resume takes the configuration that the run began with; undo does as well, in the folder of the runbook', async () => {
    const run = await interrupted();
    const resumed = await from('elsewhere', 'resume', run);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(flag()).toBe(false);
    const undone = await from('elsewhere', 'undo', run);
    expect(undone.code, undone.stdout + undone.stderr).toBe(6);
    expect(flag()).toBe(true);
    expect(readFileSync(at('books', 'undone'), 'utf8').trim()).toBe(at('books'));
  });

  it('resume does not take the configuration that happens to lie there', async () => {
    const run = await interrupted();
    configure('elsewhere', 'flags: { type: flag, provider: file, file: /nowhere.json }');
    expect((await from('elsewhere', 'resume', run)).code).toBe(0);
    expect(flag()).toBe(false);
  });
});

describe('refused, and nothing is written', () => {
  const refused = async (run: string, words: string, ...more: readonly string[]): Promise<void> => {
    const before = journalOf(run);
    const { code, stderr } = await from('elsewhere', 'resume', run, ...more);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(journalOf(run)).toBe(before);
  };

  it('when the configuration no longer exists; named by hand it continues', async () => {
    const run = await interrupted();
    renameSync(at('books', 'runbook.config.yaml'), at('moved.yaml'));
    await refused(run, 'no longer exists');
    expect((await from('elsewhere', 'resume', run, '--config', '../moved.yaml')).code).toBe(0);
    expect(flag()).toBe(false);
  });

  it.each([
    ['another environment', 'flags: { type: flag, provider: file, file: f.json }', 'staging', 'production'],
    [
      'a target that is not bound any more',
      'other: { type: flag, provider: file, file: f.json }',
      'production',
      'does not bind flags (flag)',
    ],
    [
      'a target of another type',
      'flags: { type: redis, url: "redis://127.0.0.1:1" }',
      'production',
      'does not bind flags (flag)',
    ],
  ])('with %s', async (_what, targets, environment, words) => {
    const run = await interrupted();
    configure('elsewhere', targets, environment);
    await refused(run, words, '--config', 'runbook.config.yaml');
  });

  it('undo as well: there is no new run', async () => {
    const run = await interrupted();
    expect((await from('books', 'resume', run)).code).toBe(0);
    configure('elsewhere', 'other: { type: flag, provider: file, file: f.json }');
    expect((await from('elsewhere', 'undo', run, '--config', 'runbook.config.yaml')).code).toBe(2);
    expect(JSON.parse((await from('books', 'runs', '-o', 'json')).stdout)).toHaveLength(1);
    expect(flag()).toBe(false);
  });
});
