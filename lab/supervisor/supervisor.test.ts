import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalctl } from '../tools/journalctl.ts';
import { systemctl } from '../tools/systemctl.ts';
import type { Tool, ToolResult } from '../tools/tool.ts';
import { alive } from '../servers/process.ts';
import { recordedChildren } from './leftovers.ts';
import type { Supervisor } from './supervisor.ts';
import { createSupervisor } from './supervisor.ts';
import type { Unit } from './unit.ts';

let run: string;
let supervisor: Supervisor;

beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'runbook-supervisor-'));
  supervisor = createSupervisor(run);
});
afterEach(async () => {
  await supervisor.close();
  rmSync(run, { recursive: true, force: true });
});

/** For a machine under load. */
const patiently = { timeout: 10_000 };

/** A shell script as a unit of the host gatherer-1. */
function define(script: string, more: Partial<Unit> = {}): string {
  const unit: Unit = { name: 'web@gatherer-1', host: 'gatherer-1', command: ['/bin/sh', '-c', script], restartAfter: 5, ...more };
  supervisor.define(unit);
  return unit.name;
}
const stays = 'echo ready; while :; do sleep 0.05; done';
const lines = (unit: string): readonly string[] => supervisor.log(unit).map(({ line }) => line);
const says = (unit: string, line: string): Promise<void> => expect.poll(() => lines(unit), patiently).toContain(line);
const pid = (unit: string): number | undefined => supervisor.status(unit)?.pid;

describe('a unit under the supervisor', () => {
  it('is a real process whose lines are kept, and is stopped with its children', async () => {
    const unit = define(stays);
    await supervisor.start(unit);
    await says(unit, 'ready');
    const [child] = recordedChildren(run);
    expect(child).toMatchObject({ name: unit, pid: pid(unit) });
    await supervisor.stop(unit);
    expect(supervisor.status(unit)).toMatchObject({ state: 'stopped', ended: { signal: 'SIGTERM' } });
    expect(recordedChildren(run)).toEqual([]);
    expect(child !== undefined && alive(child)).toBe(false);
  });

  it('waits to be seen before it is started again, where it shall', async () => {
    const unit = define(stays, { restartOnceSeen: true });
    await supervisor.start(unit);
    supervisor.kill(unit, 'SIGKILL');
    const unseen = (): string | undefined => supervisor.list().find((one) => one.unit.name === unit)?.state;
    await expect.poll(unseen, patiently).toBe('waiting');
    expect(supervisor.status(unit)).toMatchObject({ state: 'waiting', restarts: 0 });
    await expect.poll(unseen, patiently).toBe('running');
  });

  it('is started again when it is killed, as another process', async () => {
    const unit = define(stays);
    await supervisor.start(unit);
    const before = pid(unit);
    supervisor.kill(unit, 'SIGKILL');
    await expect.poll(() => supervisor.status(unit), patiently).toMatchObject({ state: 'running', restarts: 1 });
    expect(pid(unit)).not.toBe(before);
    expect(lines(unit)).toContain('web@gatherer-1: main process exited, code=killed, signal=SIGKILL');
  });

  it('is left failed when it crashes again and again, until somebody starts it', async () => {
    const unit = define('echo broken; exit 7', { startLimit: 3 });
    await supervisor.start(unit);
    await expect.poll(() => supervisor.status(unit)?.state, patiently).toBe('failed');
    expect(supervisor.status(unit)).toMatchObject({ restarts: 2, ended: { code: 7 } });
    define(stays);
    await supervisor.restart(unit);
    expect(supervisor.status(unit)).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('stays ended after success', async () => {
    const unit = define('exit 0');
    await supervisor.start(unit);
    await expect.poll(() => supervisor.status(unit)?.state, patiently).toBe('stopped');
  });

  it('can be frozen, and a frozen one can be stopped', async () => {
    const unit = define(stays);
    await supervisor.start(unit);
    supervisor.kill(unit, 'SIGSTOP');
    expect(supervisor.status(unit)).toMatchObject({ state: 'running', frozen: true });
    await supervisor.stop(unit);
    expect(supervisor.status(unit)).toMatchObject({ state: 'stopped', frozen: false });
  });

  it('is killed when it does not stop in its time', async () => {
    const unit = define(`trap '' TERM; ${stays}`, { stopWithin: 50 });
    await supervisor.start(unit);
    await says(unit, 'ready');
    await supervisor.stop(unit);
    expect(supervisor.status(unit)).toMatchObject({ state: 'stopped', ended: { signal: 'SIGKILL' } });
  });

  it('fails to start when its program does not exist', async () => {
    supervisor.define({ name: 'none', command: ['/nowhere/none'] });
    await expect(supervisor.start('none')).rejects.toThrow('ENOENT');
    expect(supervisor.status('none')?.state).toBe('failed');
  });
});

describe('systemctl and journalctl of a host', () => {
  const call = (tool: Tool, argv: readonly string[], host = 'gatherer-1'): Promise<ToolResult> =>
    tool({ argv, host, cwd: '/', stdin: '', env: {} });
  const control = (...argv: readonly string[]): Promise<ToolResult> => call(systemctl(supervisor), argv);

  it('tell the state of a unit as the real one does, with its exit codes', async () => {
    define(stays);
    expect(await control('is-active', 'web')).toMatchObject({ code: 3, stdout: 'inactive\n' });
    expect(await control('restart', 'web.service')).toMatchObject({ code: 0 });
    expect(await control('is-active', 'web')).toMatchObject({ code: 0, stdout: 'active\n' });
    expect((await control('status', 'web')).stdout).toContain('Active: active (running)');
    const shown = await control('show', '--property=LoadState,ActiveState,SubState,NRestarts', '--', 'web');
    expect(shown.stdout).toBe('LoadState=loaded\nActiveState=active\nSubState=running\nNRestarts=0\n');
  });

  it('give a started unit another invocation', async () => {
    define(stays);
    const invocation = async (): Promise<string | undefined> =>
      (await control('show', '-p', 'InvocationID', '--value', 'web')).stdout;
    await control('start', 'web');
    const before = await invocation();
    await control('restart', 'web');
    expect(await invocation()).not.toBe(before);
  });

  it('do not know units of other hosts, verbs and options that do not exist', async () => {
    define(stays, { name: 'web@gatherer-2', host: 'gatherer-2' });
    expect(await control('status', 'web')).toEqual({ code: 4, stdout: '', stderr: 'Unit web.service could not be found.\n' });
    expect(await control('restart', 'web')).toMatchObject({
      code: 5,
      stderr: 'Failed to restart web.service: Unit web.service not found.\n',
    });
    expect(await control('explode', 'web')).toMatchObject({ code: 1, stderr: 'Unknown command verb explode.\n' });
    expect(await control('--nonsense')).toMatchObject({ code: 1, stderr: "systemctl: unrecognized option '--nonsense'\n" });
  });

  it('print the last lines of a unit, since a time, in the formats of the journal', async () => {
    const unit = define('echo one; echo two; exec sleep 60');
    await supervisor.start(unit);
    await says(unit, 'two');
    const journal = (...argv: readonly string[]): Promise<ToolResult> => call(journalctl(supervisor), argv);
    expect((await journal('-u', 'web', '-n', '1', '--no-pager', '-o', 'cat')).stdout).toBe('two\n');
    expect((await journal('-u', 'web', '-o', 'short-iso')).stdout).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 gatherer-1 web\[\d+\]: one$/m,
    );
    expect((await journal('-u', 'web', '--since', '5 min ago', '--grep', 'on')).stdout).toMatch(/web\[\d+\]: one\n$/);
    const later = Date.now() + 3_600_000;
    const laterJournal = journalctl(supervisor, () => later);
    expect((await call(laterJournal, ['-u', 'web', '--since', '5 min ago'])).stdout).toBe('-- No entries --\n');
    expect(await journal('--since', 'someday')).toMatchObject({ code: 1, stderr: 'Failed to parse timestamp: someday\n' });
    expect((await call(journalctl(supervisor), ['-u', 'web'], 'gatherer-2')).stdout).toBe('-- No entries --\n');
  });
});
