/** What a run leaves changed is told first and in every form of its record: yes, perhaps, and which undo failed and why. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/interpreter/core/model/value.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeAll(() => {
  here = place();
});
afterAll(() => {
  here.remove();
});

const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { cwd: here.folder, env: here.env });
const report = async (form: string): Promise<string> => (await call('report', 'last', '-o', form)).stdout;

function write(name: string, body: string): string {
  const path = join(here.folder, `${name}.yaml`);
  writeFileSync(path, `apiVersion: runbook/v1\nid: ${name}\ntitle: ${name}\nowners: [tests]\n${body}`);
  return path;
}

const addFile = (id: string, more: string): string =>
  `  - { id: ${id}, type: shell, script: "touch ${id}.done; sleep 30", ${more} }\n`;

describe('an undo that failed', () => {
  let ended: Finished;
  const reason = 'changed by somebody else';
  beforeAll(async () => {
    writeFileSync(join(here.folder, 'settings.yaml'), 'pool: 5\n');
    const path = write(
      'restore',
      'onFailure: undo\nsteps:\n' +
        '  - { id: edit, title: Edit the settings, type: file, edit: settings.yaml, set: { pool: 99 }, undo: restore }\n' +
        '  - { id: stepped, type: shell, script: touch stepped.done, undo: [{ type: shell, script: "echo worn out >&2; exit 3" }] }\n' +
        `  - { id: meddle, type: shell, script: "echo 'other: 1' >> settings.yaml", undo: none }\n` +
        '  - { id: boom, type: shell, script: touch boom.done; exit 1, undo: none }\n',
    );
    ended = await call('run', path, '-o', 'json');
  });

  it('is in the JSON of the run, with its reason', () => {
    const json = JSON.parse(ended.stdout) as { readonly exitCode: number; readonly stillChanged: readonly Json[] };
    expect(ended.code).toBe(7);
    expect(json.stillChanged).toEqual([
      { id: 'edit', changed: true, undo: 'failed', reason: expect.stringContaining(reason) as string },
      { id: 'stepped', changed: true, undo: 'failed', reason: expect.stringContaining('worn out') as string },
      { id: 'meddle', changed: true, undo: 'none' },
      { id: 'boom', changed: 'perhaps', undo: 'none' },
    ]);
  });

  it.each(['summary', 'markdown', 'html'])('is on top of the record as %s', async (form) => {
    const lines = (await report(form)).split('\n');
    const top = lines.findIndex((line) => line.includes('STILL CHANGED: edit (set pool in settings.yaml; undo failed: '));
    expect(lines[top]).toContain(reason);
    expect(lines[top]).toContain('worn out');
    const firstStep = lines.findIndex((line) => line.includes('Edit the settings'));
    expect(top).toBeGreaterThanOrEqual(0);
    expect(top).toBeLessThan(firstStep);
  });

  it('stands beside its step, and is a failure of its own for CI', async () => {
    expect(await report('markdown')).toMatch(new RegExp(`\\| edit \\|.*\\| yes, undo failed \\|.*undo failed: .*${reason}`));
    expect(await report('junit')).toMatch(new RegExp(`name="edit \\(undo\\)".*<failure message="undo failed: .*${reason}`));
    expect(JSON.parse(await report('json'))).toMatchObject({ stillChanged: [{ id: 'edit', undo: 'failed' }, {}, {}, {}] });
  });
});

describe('a write that nobody knows the end of', () => {
  const summaryOf = async (): Promise<readonly string[]> => (await report('summary')).split('\n');

  it('is perhaps changed when it was cancelled', async () => {
    rmSync(join(here.folder, 'wipe.done'), { force: true });
    const run = start(['run', write('cancelled', `steps:\n${addFile('wipe', 'undo: none')}`)], {
      cwd: here.folder,
      env: here.env,
    });
    // Before its command has started the answer would be no.
    await eventually('the command runs', () => existsSync(join(here.folder, 'wipe.done')));
    run.child.kill('SIGINT');
    const { code, stdout } = await run.finished;
    expect(code).toBe(11);
    expect(stdout).toContain('== outcome: aborted. PERHAPS CHANGED: wipe (');
    expect(await summaryOf()).toContain('perhaps changed: wipe');
  });

  it('is perhaps changed when its time was up, item by item', async () => {
    const late = `  - { id: wipe, forEach: "['a', 'b']", type: shell, script: touch late.done; sleep 30, timeout: 300ms, undo: none }\n`;
    const { stdout } = await call('run', write('late', `steps:\n${late}`), '-o', 'json');
    const { steps } = JSON.parse(stdout) as { readonly steps: readonly { readonly id: string; readonly changed: Json }[] };
    expect(steps.find(({ id }) => id === 'wipe[0]')?.changed).toBe('perhaps');
    expect(await summaryOf()).toContain('perhaps changed: wipe[0]');
  });

  it('is perhaps changed when its engine was killed', async () => {
    rmSync(join(here.folder, 'wipe.done'), { force: true });
    const run = start(['run', write('killed', `steps:\n${addFile('wipe', 'undo: none')}`)], { cwd: here.folder, env: here.env });
    await eventually('the command runs', () => existsSync(join(here.folder, 'wipe.done')));
    run.child.kill('SIGKILL');
    await run.finished;
    expect(await summaryOf()).toContain('perhaps changed: wipe');
    expect((await call('abandon', 'last', '--reason', 'a test')).code).toBe(0);
    expect((await summaryOf())[0]).toContain('PERHAPS CHANGED: wipe');
  });

  it('is nothing when the step did not begin', async () => {
    await call('run', write('missing', 'steps:\n  - { id: wipe, type: shell, argv: [no-such-program-here], undo: none }\n'));
    expect(await summaryOf()).toContain('changed: nothing');
  });
});
