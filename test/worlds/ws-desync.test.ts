/**
 * The runbook ws-desync (catalogue entry 01) in its worlds: healthy and out of step. `npm run rehearse` also loses each of its steps in turn.
 * All of it with the commands of the README. `runbook lab verify` asks Kafka, Redis and the services without the interpreter.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finished } from '../rig/cli.ts';
import { runbook } from '../rig/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'runbook-worlds-'));
let control: string;
let path: string | undefined;

beforeAll(async () => {
  await lab('up');
  ({ RUNBOOK_LAB_CONTROL: control = '', PATH: path } = JSON.parse(await lab('env', '-o', 'json')) as Record<string, string>);
  // Twice as fast as a rehearsal by hand: the waits of two thirds of an hour take twenty seconds.
  writeFileSync(join(folder, 'config.yaml'), await lab('config', '120'));
});
afterAll(async () => {
  await lab('down');
  rmSync(folder, { recursive: true, force: true });
});

const env = (): Readonly<Record<string, string>> => ({
  ...(path === undefined ? {} : { PATH: path }),
  RUNBOOK_LAB_DIR: join(folder, 'lab'),
  RUNBOOK_STATE_DIR: join(folder, 'state'),
  NO_COLOR: '1',
});
async function lab(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runbook(['lab', ...args], { env: env() });
  if (code !== 0) throw new Error(`lab ${args.join(' ')} exited ${String(code)}: ${stderr}`);
  return stdout;
}
/** What is out of step, one line each. */
async function verify(): Promise<readonly string[]> {
  return JSON.parse((await runbook(['lab', 'verify', '-o', 'json'], { env: env() })).stdout) as readonly string[];
}

const answersWith = (resume: string): readonly string[] =>
  ['syncOffsets=ws-gateway', 'grafana=done', `resume=${resume}`].flatMap((one) => ['--answer', one]);
const inputs = ['-i', 'ticket=INC-1', '-i', 'evaluationInterval=1s'];
const runAnswering = (answers: readonly string[], ...more: readonly string[]): Promise<Finished> =>
  runbook(['run', 'ws-desync', '--config', join(folder, 'config.yaml'), '--env', 'lab', ...inputs, ...answers, ...more], {
    env: env(),
  });
const run = (...more: readonly string[]): Promise<Finished> => runAnswering(answersWith('yes'), ...more);

interface RunJson {
  readonly outcome: string;
  readonly steps: readonly { readonly id: string; readonly state: string; readonly changed: unknown }[];
}
const stateOf = (finished: Finished, id: string): string | undefined =>
  (JSON.parse(finished.stdout) as RunJson).steps.find((step) => step.id === id)?.state;
const sink = async (name: string): Promise<readonly unknown[]> =>
  (await (await fetch(`${control}/sink/${name}`)).json()) as readonly unknown[];
const calls = async (): Promise<string> => (await fetch(`${control}/calls`)).text();
const flag = async (): Promise<unknown> => (await fetch(`${control}/flags/ws.broadcast.enabled`)).json();

describe('ws-desync', () => {
  it('healthy: refuses with exit code 4 and changes nothing', async () => {
    const before = await flag();
    const finished = await run('-o', 'json');
    expect({ code: finished.code, precondition: stateOf(finished, 'alertHolds') }, finished.stderr).toEqual({
      code: 4,
      precondition: 'failed',
    });
    expect((JSON.parse(finished.stdout) as RunJson).steps.filter((step) => step.changed === true)).toEqual([]);
    expect(await flag()).toEqual(before);
    expect(await calls()).not.toContain('services.universe');
    expect(await verify()).toEqual([]);
  });

  it('on paper: the reads of the plan, typed into a shell, work as the steps do', async () => {
    const args = ['plan', 'ws-desync', '--config', join(folder, 'config.yaml'), '--env', 'lab', ...inputs, '-o', 'json'];
    const { steps } = JSON.parse((await runbook(args, { env: env() })).stdout) as {
      readonly steps: readonly { readonly id: string; readonly effect: string; readonly command?: string }[];
    };
    const commands = new Map(steps.flatMap(({ id, command }) => (command === undefined ? [] : [[id, command]])));
    const typed = async (id: string): Promise<string> => {
      const shell = { env: { ...process.env, ...env() } };
      return (await promisify(execFile)('bash', ['-c', commands.get(id) ?? 'false'], shell)).stdout.trim();
    };
    expect(await typed('redisAccess')).toBe('PONG');
    expect(await typed('podAccess')).toBe('yes');
    expect(JSON.parse(await typed('flagAccess'))).toEqual({ read: true, write: true });
    expect(JSON.parse(await typed('gapRatio'))).toMatchObject({ status: 'success', data: { resultType: 'vector' } });
    expect(commands.get('pause')).toContain('If-Match');
    expect(commands.get('syncOffsets')).toContain('kubectl exec deploy/ws-gateway --');
  });

  it('out of step: exit code 0, the world is in step again, people were told, the report has the proof', async () => {
    await lab('fault', 'ws-desync');
    expect(await verify()).not.toEqual([]);
    const report = join(folder, 'report.md');
    const finished = await run('--report', report);
    expect(finished.code, finished.stdout + finished.stderr).toBe(0);
    await expect.poll(() => verify(), { timeout: 20_000 }).toEqual([]);

    const told = JSON.stringify([await sink('chat'), await sink('statuspage'), await sink('tickets')]);
    for (const words of ['Desync of all: restore in about', 'Order book streams: pause', 'INC-1', '-report.md', '-evidence.json'])
      expect(told).toContain(words);
    expect(await sink('pager')).toEqual([]);
    const text = readFileSync(report, 'utf8');
    for (const words of ['ws-desync', 'succeeded', 'syncOffsets', 'committed offset', 'recovered']) expect(text).toContain(words);
  });

  it('out of step and resuming is refused: asks what now, and tells that broadcasts are still paused', async () => {
    await lab('heal');
    await lab('fault', 'ws-desync');
    const { code, stdout } = await runAnswering(answersWith('no'));
    expect({ code, stdout }).toMatchObject({ code: 8 });
    expect(stdout).toContain('?? resume: "The cache equals the log. Resume?" was refused: what now? [retry/skip/undo/abort]');
    expect(stdout).toMatch(/undo: stop and take back: pause; stays changed: .*syncOffsets/);
    expect(stdout).toContain('== outcome: not-answered. STILL CHANGED: pause (');
    expect((await flag()) as object).toMatchObject({ value: false });
  });
});
