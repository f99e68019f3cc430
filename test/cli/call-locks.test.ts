/** Locks of runbooks that are called: a caller excludes whoever runs the called runbook by itself, from the start or from the moment the call is reached. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place, Started } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const write = (id: string, body: string): void => {
  writeFileSync(
    join(here.folder, `${id}.yaml`),
    `apiVersion: runbook/v1\nid: ${id}\ntitle: ${id}\nowners: [tests]\ninputs: { node: { type: string, default: n1 } }\n${body}`,
  );
};
const options = () => ({ env: here.env, cwd: here.folder });
const run = (id: string, ...more: readonly string[]) => runbook(['run', `${id}.yaml`, ...more], options());
const ledger = (): string => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
/** A change that can be taken back. */
const change = (id: string): string =>
  `  - { id: ${id}, type: shell, argv: [sh, -c, 'echo "$1" >> ledger', x, "${id}"], undo: { type: shell, argv: [sh, -c, "echo back >> ledger"] } }\n`;
const untilFile = (name: string): string =>
  `  - { id: wait, type: shell, argv: [test, -e, ${name}], allowExit: [0, 1], until: result.exitCode == 0, every: 100ms, timeout: 1m }\n`;
const call = (run_: string, more = ''): string => `  - { id: drain, type: runbook, run: ${run_}${more} }\n`;

/** Runs until its wait, in the middle. */
async function waiting(id: string): Promise<Started> {
  const started = start(['run', `${id}.yaml`], options());
  await eventually('the wait', () => /wait(\[0\])?: wait/.test(started.stdout()));
  return started;
}
async function finish(started: Started): Promise<number | null> {
  writeFileSync(join(here.folder, 'go'), '');
  return (await started.finished).code;
}

describe('a runbook that is surely called', () => {
  beforeEach(() => {
    write('inner', `lock: "gateway-{{inputs.node}}"\nsteps:\n${change('stop')}`);
    write('outer', `steps:\n${untilFile('go')}${call('inner', ', inputs: { node: "{{inputs.node}}" }')}`);
  });

  it('is excluded before it is reached, for the same inputs only', async () => {
    const outer = await waiting('outer');
    const refused = await run('inner');
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringContaining('the lock "gateway-n1" is held by run') as string,
    ]);
    expect((await run('inner', '-i', 'node=n2')).code).toBe(0);
    expect(await finish(outer)).toBe(0);
    expect((await run('inner')).code).toBe(0);
  });

  it('excludes its caller before the first step', async () => {
    write('inner', `lock: "gateway-{{inputs.node}}"\nsteps:\n${untilFile('go')}`);
    const inner = await waiting('inner');
    expect(await run('outer')).toMatchObject({ code: 5, stderr: expect.stringContaining('gateway-n1') as string });
    expect(await finish(inner)).toBe(0);
  });

  it('without a lock of its own excludes other runs of itself', async () => {
    write('inner', `steps:\n${change('stop')}`);
    const outer = await waiting('outer');
    expect((await run('inner')).stderr).toContain('the lock "inner@local" is held');
    expect(await finish(outer)).toBe(0);
  });

  it('may share the lock of its caller, and a lock may be several', async () => {
    write('inner', `lock: gateway\nsteps:\n${change('stop')}`);
    write('outer', `lock: [queue, gateway]\nsteps:\n${untilFile('go')}${call('inner')}`);
    write('other', `lock: gateway\nsteps:\n${change('stop')}`);
    const outer = await waiting('outer');
    expect((await run('other')).stderr).toContain('the lock "gateway" is held');
    expect(await finish(outer)).toBe(0);
    expect(ledger()).toBe('stop\n');
  });

  it('is in the plan with its lock', async () => {
    const { stdout } = await runbook(['plan', 'outer.yaml', '-i', 'node=n7'], options());
    expect(stdout).toContain('  locks outer@local, gateway-n7\n');
    const json = await runbook(['plan', 'outer.yaml', '-o', 'json'], options());
    expect((JSON.parse(json.stdout) as { locks: unknown }).locks).toEqual(['outer@local', 'gateway-n1']);
  });
});

describe('a lock that is known when the call is reached', () => {
  beforeEach(() => {
    write('inner', `lock: "gateway-{{inputs.node}}"\nsteps:\n${change('stop')}${untilFile('go')}`);
    const way = `  - id: way\n    type: choose\n    options:\n      drain: { steps: [{ id: drain, type: runbook, run: inner, inputs: { node: "{{inputs.node}}" } }] }\n      leave: {}\n`;
    write('outer', `steps:\n${way}`);
    write('held', `lock: gateway-n1\nsteps:\n${untilFile('go')}`);
  });

  it('is not taken for a way that nobody chooses', async () => {
    const held = await waiting('held');
    expect((await run('outer', '--answer', 'way=leave')).code).toBe(0);
    expect(await finish(held)).toBe(0);
  });

  it('stops the call before its first step while another run holds it', async () => {
    const held = await waiting('held');
    const refused = await run('outer', '--answer', 'way=drain');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('the lock "gateway-n1" is held by run');
    expect(ledger()).toBe('');
    expect(await finish(held)).toBe(0);
  });

  it('is taken for each item of a forEach', async () => {
    write('outer', `steps:\n${call('inner', `, forEach: "['n0', 'n1']", inputs: { node: "{{item}}" }`)}`);
    const plan = await runbook(['plan', 'outer.yaml'], options());
    expect(plan.stdout).toContain('locks when reached: gateway-{{inputs.node}}');
    const outer = await waiting('outer');
    write('zero', `lock: gateway-n0\nsteps:\n${change('stop')}`);
    expect((await run('zero')).stderr).toContain('the lock "gateway-n0" is held by run');
    expect(await finish(outer)).toBe(0);
  });

  it('is taken again by who resumes, and by who takes the run back', async () => {
    const first = start(['run', 'outer.yaml', '--answer', 'way=drain'], options());
    await eventually('the wait', () => first.stdout().includes('drain.wait: wait'));
    expect((await run('held')).code).toBe(5);
    first.child.kill('SIGKILL');
    await first.finished;
    const id = await runOf('outer');
    const held = await waiting('held');
    expect(await runbook(['resume', id], options())).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('gateway-n1') as string,
    });
    expect(await finish(held)).toBe(0);
    expect((await runbook(['resume', id], options())).code).toBe(0);
    rmSync(join(here.folder, 'go'));
    const again = await waiting('held');
    expect((await runbook(['undo', id], options())).code).toBe(5);
    expect(await finish(again)).toBe(0);
    expect((await runbook(['undo', id], options())).code).toBe(6);
    expect(ledger()).toBe('stop\nback\n');
  });
});

interface Listed {
  readonly run: string;
  readonly runbook: string;
}
async function runOf(id: string): Promise<string> {
  const { stdout } = await runbook(['runs', '-o', 'json'], options());
  return (JSON.parse(stdout) as readonly Listed[]).find((one) => one.runbook === id)?.run ?? '';
}
