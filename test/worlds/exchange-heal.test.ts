/** A heal of the exchange leaves what runs as it is, and starts what does not run. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlUrl, readState, worldDirectory } from '../../lab/state.ts';
import { runbook } from '../rig/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'runbook-heal-'));
const lab = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await runbook(['lab', ...args], { env: { RUNBOOK_LAB_DIR: folder } });
  expect(code, `lab ${args.join(' ')}: ${stderr}`).toBe(0);
  return stdout;
};
const programs = ['engine-a', 'engine-b', 'edge-gateway', 'ledger-consumer', 'settlement', 'analytics'];

interface Unit {
  readonly unit: { readonly name: string };
  readonly pid?: number;
}

/** Process of each service; undefined: it does not run. */
async function processes(): Promise<Readonly<Record<string, number | undefined>>> {
  const state = readState(worldDirectory('exchange', folder));
  if (state === undefined) throw new Error('the exchange is not up');
  const units = (await (await fetch(`${controlUrl(state)}/units`)).json()) as readonly Unit[];
  return Object.fromEntries(programs.map((name) => [name, units.find(({ unit }) => unit.name === name)?.pid]));
}

beforeAll(() => lab('up', 'exchange'));
afterAll(async () => {
  await lab('down', 'exchange');
  rmSync(folder, { recursive: true, force: true });
});

describe('heal of the exchange', () => {
  it.each([
    'posting-missing',
    'posting-duplicate',
    'settlement-t2',
    'settlement-slow',
    'split-brain',
    'fanout',
    'withdrawals-halted',
  ])('takes %s back without starting a service anew', async (fault) => {
    const before = await processes();
    await lab('fault', 'exchange', fault);
    await lab('heal', 'exchange');
    expect(await lab('verify', 'exchange')).toContain('in step');
    expect(await processes()).toEqual(before);
  });

  it('starts a service that does not run, and no other one', async () => {
    const before = await processes();
    const env = {
      ...process.env,
      ...(JSON.parse(await lab('env', 'exchange', '-o', 'json')) as Readonly<Record<string, string>>),
    };
    await promisify(execFile)('docker', ['kill', 'engine-b'], { env });
    expect((await processes())['engine-b']).toBeUndefined();
    await lab('heal', 'exchange');
    const { 'engine-b': started, ...others } = await processes();
    expect(started).toBeDefined();
    expect({ ...others, 'engine-b': before['engine-b'] }).toEqual(before);
    expect(await lab('verify', 'exchange')).toContain('in step');
  });
});
