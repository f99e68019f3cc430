import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fault, heal } from '../../actions.ts';
import { configuration } from '../../configuration.ts';
import { down, up } from '../../lab.ts';
import { alive } from '../../servers/process.ts';
import { query } from '../../servers/prometheus.ts';
import type { LabState } from '../../state.ts';
import { controlUrl, environment, portOf, prometheusUrl, readState, worldDirectory } from '../../state.ts';
import { verify } from './verify.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'runbook-lab-test-'));
let state: LabState;

beforeAll(async () => {
  state = await up('realtime', { root: folder });
});
afterAll(async () => {
  await down(worldDirectory('realtime', folder));
  rmSync(folder, { recursive: true, force: true });
});

/** As the runbook's child gets it: nothing but PATH. */
const program = async (...argv: readonly [string, ...string[]]): Promise<string> => {
  const PATH = environment(state)['PATH'] ?? '';
  return (await run('/usr/bin/env', [`PATH=${PATH}`, ...argv], { env: { PATH }, timeout: 30_000 })).stdout;
};
const post = async (path: string): Promise<void> => {
  expect((await fetch(`${controlUrl(state)}${path}`, { method: 'POST' })).status).toBe(200);
};
const setFlag = (value: boolean, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${controlUrl(state)}/flags/ws.broadcast.enabled`, {
    method: 'PUT',
    headers: { ...headers },
    body: JSON.stringify({ value }),
  });
const gapRatio = (): Promise<number | undefined> => query(prometheusUrl(state), 'max(ws_sequence_gap_ratio)');

async function repair(): Promise<void> {
  await setFlag(false);
  await program('python3', '-m', 'services.universe.backfill', '--scope', 'orderbooks', '--force');
  await program('kubectl', 'exec', 'deploy/ws-gateway', '--', 'python3', '-m', 'services.universe.ws', 'sync-offsets');
  await setFlag(true);
}

describe('a lab that has come up', () => {
  it('runs six processes, is in step, and is used again by a second up', async () => {
    expect(state.processes.map((one) => one.name).sort()).toEqual([
      'alertmanager',
      'kafka',
      'postgres',
      'prometheus',
      'redis',
      'services',
    ]);
    expect(state.processes.filter((one) => !alive(one))).toEqual([]);
    expect((await up('realtime', { root: folder })).processes).toEqual(state.processes);
    await expect.poll(() => verify(state), { timeout: 20_000 }).toEqual([]);
  });

  it('describes itself as an environment for rehearsals', () => {
    expect(configuration(state, 60)).toContain('rehearsal: true\n    timeScale: 60\n');
    expect(configuration(state, 60)).toContain(`"127.0.0.1:${String(portOf(state, 'kafka'))}"`);
  });

  it('changes a flag only for who has seen its version', async () => {
    const reply = await setFlag(true, { 'if-match': '"999"' });
    expect(reply.status).toBe(412);
    const { version } = (await reply.json()) as { readonly version: string };
    expect((await setFlag(true, { 'if-match': version })).status).toBe(200);
  });

  it('answers as kubectl does to what it does not know', async () => {
    expect((await program('kubectl', 'auth', 'can-i', 'create', 'pods/exec')).trim()).toBe('yes');
    await expect(program('kubectl', 'exec', 'deploy/other', '--', 'true')).rejects.toThrow('deployments.apps "other" not found');
    await expect(program('kubectl', 'auth', 'can-i', 'delete', 'nodes')).rejects.toMatchObject({ code: 1, stdout: 'no\n' });
  });
});

describe('the desync', () => {
  it('shows in Prometheus and in the log, and the four remedies in order repair it', async () => {
    await fault(state, 'ws-desync');
    expect(await gapRatio()).toBeGreaterThan(0.02);
    expect(await program('kubectl', 'logs', 'deploy/ws-gateway', '--since=15m')).toContain('WARN sequence_gap_detected symbol=');
    const broken = (await verify(state)).join('\n');
    for (const what of [
      'the committed offset of ws-gateway',
      'the cache of SOL-USD',
      'the gap ratio',
      'gaps in',
      'differs from the snapshot',
    ])
      expect(broken).toContain(what);

    await repair();
    await expect.poll(gapRatio, { timeout: 20_000 }).toBeLessThan(0.005);
    await expect.poll(() => verify(state), { timeout: 20_000 }).toEqual([]);
    const calls = (await (await fetch(`${controlUrl(state)}/calls`)).json()) as readonly { readonly program: string }[];
    expect(calls.map((one) => one.program)).toEqual(
      expect.arrayContaining(['kubectl', 'services.universe.backfill', 'services.universe.ws']),
    );
  });

  it.each([
    ['pause', 'the cache of'],
    ['rebuildCache', 'the cache of'],
    ['syncOffsets', 'the committed offset of ws-gateway'],
    ['resume', 'no record has come'],
  ])('stays when %s answers success without acting', async (remedy, finding) => {
    await post('/heal');
    await post('/faults/ws-desync');
    await post(`/disabled/${remedy}`);
    await repair();
    expect((await verify(state)).join('\n')).toContain(finding);
  });

  it('is gone after heal', async () => {
    await heal(state);
    expect(await gapRatio()).toBeLessThan(0.005);
    expect(await verify(state)).toEqual([]);
  });
});

describe('taking the lab down', () => {
  it('ends every process and removes what they wrote', async () => {
    await down(state.directory);
    expect(state.processes.filter(alive)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(state.postgresData ?? '')).toBe(false);
    await down(state.directory);
  });

  it('leaves nothing of a start that is interrupted', async () => {
    const root = join(folder, 'interrupted');
    const directory = worldDirectory('realtime', root);
    const interrupt = new AbortController();
    const starting = up('realtime', { root, signal: interrupt.signal });
    await expect.poll(() => readState(directory)?.processes.length, { timeout: 10_000 }).toBeGreaterThan(2);
    const begun = readState(directory);
    interrupt.abort();
    await expect(starting).rejects.toThrow('interrupted');
    expect(begun?.processes.filter(alive)).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });
});
