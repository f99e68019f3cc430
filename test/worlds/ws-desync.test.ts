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
import type { Agent } from '../rig/agent.ts';
import { openAgent } from '../rig/agent.ts';
import type { Finished } from '../rig/cli.ts';
import { root, runbook } from '../rig/cli.ts';

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

describe('ws-desync, brought to its end by an agent', () => {
  /** Of four characters each: what the client's model reads and writes, the list of tools included. */
  const mostTokens = 10_000;

  it('with two approvals and a look of a person, in less than 10,000 tokens of tool traffic', async () => {
    await lab('heal');
    await lab('fault', 'ws-desync');
    const config = join(folder, 'agents.yaml');
    writeFileSync(
      config,
      `${readFileSync(join(folder, 'config.yaml'), 'utf8')}\nagents: { triage: { mayStart: { lab: [ws-desync] } } }\n`,
    );
    const agent = await openAgent(['--agent', 'triage', '--on-behalf-of', 'ana', '--config', config], { cwd: root, env: env() });
    try {
      expect(await agent.tools()).toContain('request');
      const { run, byPerson, answered } = await repair(agent);
      expect(byPerson.filter((one) => !/ grafana done$/.test(one))).toEqual([
        `runbook answer ${run} syncOffsets ws-gateway`,
        `runbook answer ${run} resume yes`,
      ]);
      expect(answered).toEqual(['rootCause', 'automation']);
      expect((await agent.call('report', { run })).text).toContain('> ws-desync: succeeded');
    } finally {
      await agent.close();
    }
    const tokens = Math.ceil(agent.traffic() / 4);
    process.stdout.write(`ws-desync by an agent: ${String(tokens)} tokens of tool traffic\n`);
    expect(tokens).toBeLessThan(mostTokens);
    await expect.poll(() => verify(), { timeout: 20_000 }).toEqual([]);
  });

  interface Repaired {
    readonly run: string;
    /** What the person was told to type, and typed. */
    readonly byPerson: readonly string[];
    /** Steps that the agent answered. */
    readonly answered: readonly string[];
  }

  /** The alert, the plan, the request; then whatever the run asks, until its end. */
  async function repair(agent: Agent): Promise<Repaired> {
    expect((await agent.call('find', { text: 'WsSequenceGapRatioHigh' })).text).toMatch(/^ws-desync /);
    const wanted = { runbook: 'ws-desync', environment: 'lab', inputs: { ticket: 'INC-1', evaluationInterval: '1s' } };
    const plan = /^plan (\S+)$/m.exec((await agent.call('plan', wanted)).text)?.[1];
    const requested = await agent.call('request', { ...wanted, plan, reason: 'WsSequenceGapRatioHigh fires' });
    const run = /^run (\S+) has started/.exec(requested.text)?.[1] ?? requested.text;
    const byPerson: string[] = [];
    const answered: string[] = [];
    for (let after = 0; ;) {
      const { text } = await agent.call('status', { run, after, wait: 45 });
      for (const [, command = ''] of text.matchAll(/^asks \S+ \(\w+, a person: (.*)\)$/gm)) {
        if (byPerson.includes(command)) continue;
        byPerson.push(command);
        expect((await runbook(command.split(' ').slice(1), { env: env() })).code, command).toBe(0);
      }
      for (const [, step = ''] of text.matchAll(/^asks (\S+) \(you may answer\)$/gm)) {
        answered.push(step);
        expect(await agent.call('answer', { run, step, fields: { text: 'offsets ahead of the log' } })).toMatchObject({
          failed: false,
        });
      }
      after = Number(/, record (\d+)$/m.exec(text)?.[1]);
      if (/^run \S+ ws-desync in lab (?!running|waiting)/.test(text.replace(':', ''))) return { run, byPerson, answered };
    }
  }
});
