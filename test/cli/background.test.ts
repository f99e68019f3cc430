/** Processes that a step leaves running, and a step that does not want to end: what becomes of them, and that it is told. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  const pid = pidIn('left');
  if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
  here.remove();
});

const at = () => ({ cwd: here.folder, env: here.env });
const report = async (form: string): Promise<string> => (await runbook(['report', 'last', '-o', form], at())).stdout;
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${String(pid)}/stat`) && !/\) [ZX] /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));

/** A process id that a step has written. */
function pidIn(file: string): number | undefined {
  const path = join(here.folder, file);
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return text === '' ? undefined : Number(text);
}

function write(steps: string): string {
  const path = join(here.folder, 'leaves.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: leaves\ntitle: Leaves\nowners: [tests]\nsteps:\n${steps}`);
  return path;
}

const leaving = (how: string, more = ''): string =>
  `  - { id: serve, type: shell, undo: none, ${more}script: "${how} sleep 97 >/dev/null 2>&1 </dev/null & echo $! > left" }\n`;

describe('a process that a command leaves running', () => {
  it.each(['nohup', 'setsid'])('is ended with the step, and told with its id and command: %s', async (how) => {
    const { code, stdout } = await runbook(['run', write(leaving(how)), '-o', 'ndjson'], at());
    const pid = pidIn('left') ?? 0;
    expect(code).toBe(0);
    expect(isAlive(pid)).toBe(false);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string; readonly note?: string });
    expect(records.find((one) => one.type === 'attempt.noted' && one.note === 'warning')).toMatchObject({
      key: 'serve',
      data: { code: 'background-processes', data: { processes: [{ pid, command: 'sleep 97' }], kept: false } },
    });
    const told = `the command left a process running, ended with the step: ${String(pid)} (sleep 97)`;
    for (const form of ['markdown', 'html', 'summary', 'junit', 'json']) expect(await report(form)).toContain(told);
  });

  it('stays with background: keep, also when another engine resumes the run, and is told', async () => {
    const path = write(`${leaving('nohup', 'background: keep, ')}  - { id: slow, type: shell, argv: [sleep, "60"] }\n`);
    const run = start(['run', path], at());
    await eventually('the next step runs', () => run.stdout().includes('-- slow'));
    const pid = pidIn('left') ?? 0;
    expect(run.stdout()).toContain(
      `serve: WARNING: the command left a process running, kept as \`background: keep\` says: ${String(pid)}`,
    );
    run.child.kill('SIGKILL');
    await run.finished;
    const resumed = start(['resume', 'last'], at());
    await eventually('it is resumed', () => resumed.stdout().includes('resumed after'), 30_000);
    resumed.child.kill('SIGINT');
    expect((await resumed.finished).code).toBe(11);
    expect(isAlive(pid)).toBe(true);
  });

  it('is ended at a deadline whatever the author says', async () => {
    const script = 'setsid sleep 97 & echo $! > left; sleep 60';
    const path = write(`  - { id: serve, type: shell, undo: none, background: keep, timeout: 500ms, script: "${script}" }\n`);
    await runbook(['run', path], at());
    expect(isAlive(pidIn('left') ?? 0)).toBe(false);
  });

  it('is not told of a command that leaves nothing', async () => {
    const { stdout } = await runbook(
      ['run', write('  - { id: serve, type: shell, undo: none, script: "touch a & wait" }\n')],
      at(),
    );
    expect(stdout).not.toContain('WARNING');
  });
});

describe('a second Ctrl-C', () => {
  /** What a child is given after TERM before it is killed, ms. */
  const grace = 5000;
  /** A second one within it counts as the same key, ms. */
  const debounce = 1000;

  it('ends a child that ignores TERM at once, not after its grace', async () => {
    const script = "trap '' TERM; echo $$ > left; while :; do sleep 1; done";
    const run = start(['run', write(`  - { id: deaf, type: shell, undo: none, script: "${script}" }\n`), '-o', 'ndjson'], at());
    const pid = await eventually('the child runs', () => pidIn('left'));
    run.child.kill('SIGINT');
    await eventually('the first is heard', () => run.stdout().includes('"SIGINT"'));
    const heard = performance.now();
    await eventually('a second one is not taken for a bouncing key', () => performance.now() - heard > debounce);
    run.child.kill('SIGINT');
    const { code, stdout } = await run.finished;
    expect(code).toBe(11);
    expect(stdout).toContain('"second SIGINT"');
    expect(isAlive(pid)).toBe(false);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string; readonly t: number });
    const [asked, ended] = ['control', 'attempt.finished'].map((type) => records.find((one) => one.type === type)?.t ?? 0);
    expect((ended ?? 0) - (asked ?? 0)).toBeLessThan(grace);
  });
});
