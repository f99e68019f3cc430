/** What every world of the lab keeps: it comes up well, its faults break it, heal restores it, and down leaves nothing. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alive } from '../../lab/servers/process.ts';
import { readState, runDirectory, worldDirectory } from '../../lab/state.ts';
import { recordedChildren } from '../../lab/supervisor/leftovers.ts';
import type { Finished } from '../rig/cli.ts';
import { runbook } from '../rig/cli.ts';

interface Listed {
  readonly name: string;
  readonly faults: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'runbook-contract-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const lab = (...args: readonly string[]): Promise<Finished> => runbook(['lab', ...args], { env: { RUNBOOK_LAB_DIR: folder } });
async function succeeds(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await lab(...args);
  expect(code, `lab ${args.join(' ')}: ${stderr}`).toBe(0);
  return stdout;
}
const wrong = async (world: string): Promise<readonly string[]> =>
  JSON.parse((await lab('verify', world, '-o', 'json')).stdout) as readonly string[];
const becomesWell = (world: string): Promise<void> =>
  expect.poll(() => wrong(world), { timeout: 20_000, interval: 500 }).toEqual([]);

const worlds = JSON.parse(await succeeds('worlds', '-o', 'json')) as readonly Listed[];

/** So many faults of a world are tried here, evenly over its list; with RUNBOOK_WORLDS=all every one. */
const most = 8;

function tried(faults: readonly string[]): readonly string[] {
  if (process.env['RUNBOOK_WORLDS'] === 'all' || faults.length <= most) return faults;
  return faults.filter(
    (_, index) => Math.floor((index * most) / faults.length) !== Math.floor(((index - 1) * most) / faults.length),
  );
}

describe.each(worlds)('the world $name', ({ name, faults }) => {
  afterAll(async () => {
    await lab('down', name);
  });

  it('comes up well, and its configuration and variables name what runs', async () => {
    await succeeds('up', name);
    await becomesWell(name);
    expect(await succeeds('config', name)).toContain('rehearsal: true');
    const { PATH } = JSON.parse(await succeeds('env', name, '-o', 'json')) as { readonly PATH: string };
    expect(PATH.startsWith(join(runDirectory(worldDirectory(name, folder)), 'bin'))).toBe(true);
  });

  it.each(tried(faults))('%s is seen by verify and undone by heal', async (fault) => {
    await succeeds('fault', name, fault);
    await expect.poll(() => wrong(name), { timeout: 20_000, interval: 500 }).not.toEqual([]);
    await succeeds('heal', name);
    await becomesWell(name);
  });

  it('refuses a fault that it does not have, and names those that it has', async () => {
    const { code, stderr } = await lab('fault', name, 'no-such-fault');
    expect(code).toBe(1);
    for (const fault of faults) expect(stderr).toContain(fault);
  });

  it('leaves no process and no file', async () => {
    const directory = worldDirectory(name, folder);
    const processes = [...(readState(directory)?.processes ?? []), ...recordedChildren(runDirectory(directory))];
    expect(processes.length).toBeGreaterThan(1);
    await succeeds('down', name);
    expect(processes.filter(alive)).toEqual([]);
    expect(readdirSync(folder)).not.toContain(name);
  });
});
