/** An undo that finds a change of somebody else: neither version is lost before somebody has decided, however the question reaches people. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(join(here.folder, 'a.yaml'), 'host: old\n');
  writeFileSync(join(here.folder, 'b.yaml'), 'host: old\n');
});
afterEach(() => {
  here.remove();
});
const options = () => ({ env: here.env, cwd: here.folder });
const host = (file: string): string => readFileSync(join(here.folder, file), 'utf8').trim().replace('host: ', '');
const edit = (id: string, undo = 'restore'): string =>
  `  - { id: ${id}, type: file, edit: ${id}.yaml, set: { host: new }, undo: ${undo} }\n`;
const foreign = '  - { id: other, type: shell, argv: [sh, -c, "echo host: theirs > a.yaml"], undo: none }\n';
const fails = '  - { id: bad, type: check, expect: "1 > 2" }\n';
const restart = '{ type: shell, argv: [sh, -c, "cat a.yaml >> restarted"] }';

/** `a` is changed by the run and then by somebody else, `b` by the run alone. */
function write(undoOfA = 'restore', more = fails): string {
  const path = join(here.folder, 'book.yaml');
  writeFileSync(
    path,
    `apiVersion: runbook/v1\nid: book\ntitle: Book\nowners: [tests]\nonFailure: undo\nsteps:\n${edit('b')}${edit('a', undoOfA)}${foreign}${more}`,
  );
  return path;
}
const run = (path: string, ...more: readonly string[]): Promise<Finished> => runbook(['run', path, ...more], options());
const restarted = (): string => {
  try {
    return readFileSync(join(here.folder, 'restarted'), 'utf8');
  } catch {
    return '';
  }
};

describe.each([
  ['a step that is undone by itself', 'restore', 'a'],
  ['a list of undo steps', `[restore, ${restart}]`, 'a~undo0'],
])('%s', (_what, undo, key) => {
  it.each([
    ['keep', 6, 'theirs', 'old'],
    ['overwrite', 6, 'old', 'old'],
    ['stop', 7, 'theirs', 'new'],
  ])('%s: exit %i', async (verdict, code, a, b) => {
    const end = await run(write(undo), '--answer', `a~undo=${verdict}`);
    expect([end.code, host('a.yaml'), host('b.yaml')], end.stdout + end.stderr).toEqual([code, a, b]);
    if (undo !== 'restore') expect(restarted()).toBe(verdict === 'stop' ? '' : `host: ${a}\n`);
  });

  it('that nobody answers has failed, and the other undos are performed', async () => {
    const end = await run(write(undo));
    expect([end.code, host('a.yaml'), host('b.yaml')]).toEqual([7, 'theirs', 'old']);
    expect(end.stdout).toContain('a.yaml was changed by somebody else since: what now?');
    expect(end.stdout).toContain('overwrite: put back what was there before the step; the other change is lost');
  });

  it('is asked on the screen, and again after the engine is lost', async () => {
    const terminal = openTerminal(['run', write(undo)], options());
    await terminal.sees('what now?');
    await terminal.sees('leave what is there now');
    const runs = join(here.env['RUNBOOK_STATE_DIR'] ?? '', 'runs');
    const [id = ''] = readdirSync(runs);
    const started = readFileSync(join(runs, id, 'journal.jsonl'), 'utf8')
      .split('\n')
      .find((line) => line.includes('"engine.started"'));
    process.kill((JSON.parse(started ?? '{}') as { readonly pid: number }).pid, 'SIGKILL');
    await terminal.code;
    const resumed = await runbook(['resume', id, '--answer', `${key}=overwrite`], options());
    expect([resumed.code, host('a.yaml'), host('b.yaml')], resumed.stdout + resumed.stderr).toEqual([6, 'old', 'old']);
  });
});

it('undo of a finished run asks, keeps theirs and says so in the report', async () => {
  const path = write('restore', '');
  expect((await run(path)).code).toBe(0);
  const [listed] = JSON.parse((await runbook(['runs', '-o', 'json'], options())).stdout) as readonly { readonly run: string }[];
  const undone = await runbook(['undo', listed?.run ?? '', '--answer', 'a=keep', '-o', 'json'], options());
  expect([undone.code, host('a.yaml'), host('b.yaml')], undone.stderr).toEqual([6, 'theirs', 'old']);
  const { run: id } = JSON.parse(undone.stdout) as { readonly run: string };
  expect((await runbook(['report', id], options())).stdout).toContain('left as it was found');
});

it('an answer that no undo takes is refused before the run', async () => {
  const end = await run(write(), '--answer', 'a~undo=perhaps');
  expect([end.code, end.stderr]).toEqual([2, expect.stringContaining('options: keep, overwrite, stop') as string]);
});
