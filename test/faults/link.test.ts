/** The engine and its viewers: whatever happens to a viewer, a socket or the run directory, the run continues or says clearly why not. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEngineFile } from '../../src/interpreter/link/connect.ts';
import type { EngineFile } from '../../src/interpreter/link/protocol.ts';
import { isAlive } from '../../src/interpreter/store/processes.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { eventually, place, program, runbook } from '../rig/cli.ts';
import type { Terminal } from '../rig/terminal.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(async () => {
  for (const run of runIds()) {
    const engine = readEngineFile(folderOf(run));
    if (engine !== undefined && isAlive(engine)) process.kill(engine.pid, 'SIGKILL');
  }
  here.remove();
});

const runs = (): string => join(here.folder, 'state', 'runs');
const runIds = (): readonly string[] => (existsSync(runs()) ? readdirSync(runs()) : []);
const folderOf = (run: string): string => join(runs(), run);
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: here.folder });

/** Begins a run on a terminal, and so in an engine of its own. */
async function begin(steps: string, env: Readonly<Record<string, string>> = {}): Promise<{ terminal: Terminal; run: string }> {
  const path = join(here.folder, 'small.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: small\ntitle: A small procedure\nowners: [tests]\nsteps:\n${steps}`);
  const terminal = openTerminal(['run', path], {
    cwd: here.folder,
    env: { RUNBOOK_STATE_DIR: join(here.folder, 'state'), ...env },
  });
  await eventually('the run has begun', () => runIds().length === 1 && readEngineFile(folderOf(runIds()[0] ?? '')) !== undefined);
  return { terminal, run: runIds()[0] ?? '' };
}
const engineOf = (run: string): EngineFile => {
  const file = readEngineFile(folderOf(run));
  if (file === undefined) throw new Error('the run has no engine file');
  return file;
};
interface Line {
  readonly type: string;
  readonly [name: string]: unknown;
}
const journal = (run: string): readonly Line[] =>
  readFileSync(join(folderOf(run), 'journal.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
const finished = async (run: string): Promise<string> =>
  eventually('the run has finished', () => {
    const end = journal(run).find((one) => one.type === 'run.finished');
    return end === undefined ? undefined : String(end['outcome']);
  });
const asks = '  - { id: move, type: shell, argv: [touch, moved], undo: none, confirm: Move it }\n';
const sleeps = (seconds: number): string => `  - { id: slow, type: shell, argv: [sleep, "${String(seconds)}"], reads: true }\n`;

describe('two operators', () => {
  it('who answer at once: the first wins, the second is told', async () => {
    const { terminal, run } = await begin(asks);
    await terminal.sees('Move it');
    const answers = await Promise.all([call('answer', run, 'move', 'yes'), call('answer', run, 'move', 'no')]);
    expect(await finished(run)).toMatch(/succeeded|not-answered/);
    const [loser, another] = answers.filter((one) => one.code !== 0);
    expect(another).toBeUndefined();
    expect(loser?.stderr).toMatch(/not done|has no open question|has finished/);
    expect(journal(run).filter((one) => one.type === 'question.closed')).toHaveLength(1);
  });

  it('hand over: the one who takes the controls has them, the other one is told, and the record names both', async () => {
    const { terminal, run } = await begin(asks);
    await terminal.sees('y = yes');
    const second = openTerminal(['attach', run, '--operator', 'bob'], { cwd: here.folder, env: here.env });
    await second.sees('t takes them');
    await second.type('t');
    await terminal.sees('bob has the controls');
    await second.sees('y = yes');
    const took = journal(run).find((one) => one.type === 'viewer' && one['is'] === 'took');
    expect(took?.['by']).toMatchObject({ name: 'bob', auth: 'claimed', uid: process.getuid?.() });
    terminal.hangUp();
    expect((await call('answer', run, 'move', 'yes')).code).toBe(0);
    expect(await finished(run)).toBe('succeeded');
    expect(await second.code).toBe(0);
  });

  it('of whom only another may approve: the starter is refused, under another name as well', async () => {
    const { terminal, run } = await begin(
      '  - { id: move, type: shell, argv: [touch, moved], undo: none, approve: { from: [bob], timeout: 1m } }\n',
    );
    await terminal.sees('by somebody of: bob');
    const own = await call('answer', run, 'move', 'yes');
    expect(own.code).toBe(1);
    expect(own.stderr).toContain('somebody else must agree');
    expect(existsSync(join(here.folder, 'moved'))).toBe(false);
    const claimed = await call('answer', run, 'move', 'yes', '--operator', 'bob');
    expect(claimed.stderr).toContain('with the same user of the system');
    expect(existsSync(join(here.folder, 'moved'))).toBe(false);
    expect((await call('answer', run, 'move', 'no')).code).toBe(0);
  });
});

describe('acts of scripts', () => {
  it('reach the record and the steps exactly as they were given, whatever is in them', async () => {
    const { terminal, run } = await begin(
      `${asks}  - { id: says, type: shell, argv: [printf, '%s', '{{inputs.text}}'], undo: none }\ninputs: { text: { type: string, default: old } }\n`,
    );
    await terminal.sees('Move it');
    const texts = ['a -- b', '  two  blanks ', '-- c', 'input x -- y', 'say "no" $HOME'];
    for (const text of texts)
      expect((await call('input', run, 'text', '--reason', 'the -- real reason', '--', text)).code).toBe(0);
    expect((await call('note', run, 'seen -- twice', '--reason', 'for the record')).code).toBe(0);
    expect((await call('pause', run, '--reason', 'lunch')).code).toBe(0);
    expect((await call('continue', run)).code).toBe(0);
    expect((await call('answer', run, 'move', 'yes no')).stderr).toContain('the reason goes into --reason');
    expect((await call('answer', run, 'move', 'yes', '--reason', 'no -- but yes')).code).toBe(0);
    expect(await finished(run)).toBe('succeeded');
    const acts = journal(run).flatMap((one) => (one.type === 'control' ? [one['act']] : []));
    expect(acts).toEqual([
      ...texts.map((text) => ({ is: 'input', name: 'text', value: { json: text }, reason: 'the -- real reason' })),
      { is: 'note', text: 'seen -- twice', reason: 'for the record' },
      { is: 'pause', reason: 'lunch' },
      { is: 'continue' },
    ]);
    expect(journal(run).find((one) => one.type === 'question.closed')?.['reason']).toBe('no -- but yes');
    const says = journal(run).find((one) => one.type === 'attempt.finished' && one['key'] === 'says');
    expect(says).toMatchObject({ outcome: { value: { json: 'say "no" $HOME' } } });
  });

  it('pause, note, extend, skip and continue are in the record with name and reason; what makes no difference is refused', async () => {
    const { terminal, run } = await begin(`${sleeps(120)}  - { id: last, type: shell, argv: [touch, last], undo: none }\n`);
    await terminal.sees('slow');
    await eventually('slow runs', () => journal(run).some((one) => one.type === 'attempt.started'));
    expect((await call('pause', run)).code).toBe(0);
    expect((await call('pause', run)).stderr).toContain('the run is paused already');
    expect((await call('note', run, 'seen', 'on', 'the', 'dashboard')).code).toBe(0);
    expect((await call('retry', run, 'slow')).stderr).toContain('slow is not waiting to retry');
    expect((await call('skip', run, 'slow')).stderr).toContain('a reason is missing');
    expect((await call('skip', run, 'slow', '--reason', 'warm already', '--operator', 'bob')).code).toBe(0);
    expect((await call('skip', run, 'nothing', '--reason', 'x')).stderr).toContain('no step "nothing"');
    expect((await call('continue', run)).code).toBe(0);
    expect(await finished(run)).toBe('warning');
    const acts = journal(run).flatMap((one) =>
      one.type === 'control' ? [[(one['act'] as { is: string }).is, (one['by'] as { name: string }).name]] : [],
    );
    expect(acts).toEqual([
      ['pause', expect.any(String)],
      ['note', expect.any(String)],
      ['skip', 'bob'],
      ['continue', expect.any(String)],
    ]);
    expect(existsSync(join(here.folder, 'last'))).toBe(true);
  });

  it('abort ends the run in order, with its reason', async () => {
    const { run } = await begin(sleeps(120));
    expect((await call('abort', run)).code).toBe(2);
    expect((await call('abort', run, '--reason', 'wrong night')).code).toBe(0);
    expect(await finished(run)).toBe('aborted');
    expect(JSON.stringify(journal(run))).toContain('wrong night');
  });
});

describe('a viewer', () => {
  it('that is killed takes nothing with it', async () => {
    const { terminal, run } = await begin(sleeps(2));
    await terminal.sees('running');
    const viewer = Number(String((await pidsOf('run', 'small.yaml'))[0] ?? 0));
    expect(viewer).toBeGreaterThan(0);
    process.kill(viewer, 'SIGKILL');
    expect(await finished(run)).toBe('succeeded');
  });

  it('that is stopped does not slow the run down: it reads nothing, the engine waits for nothing', async () => {
    const { terminal, run } = await begin('  - { id: flood, type: shell, script: "sleep 1; seq 300000", undo: none }\n');
    await terminal.sees('running');
    const viewer = Number(String((await pidsOf('run', 'small.yaml'))[0] ?? 0));
    process.kill(viewer, 'SIGSTOP');
    try {
      expect(await finished(run)).toBe('succeeded');
    } finally {
      process.kill(viewer, 'SIGCONT');
      // `script` stops with its child.
      process.kill(parentOf(viewer), 'SIGCONT');
    }
    expect(await terminal.code).toBe(0);
  });

  it('of another version is refused with what to do', async () => {
    const { run } = await begin(sleeps(30));
    const socket = createConnection(engineOf(run).socket ?? '');
    const said = await new Promise<string>((done) => {
      socket.on('data', (data: Buffer) => done(data.toString('utf8')));
      socket.write(
        `${JSON.stringify({ is: 'hello', v: 99, run, actor: { name: 'x', auth: 'claimed', host: 'h' }, mode: 'control' })}\n`,
      );
    });
    expect(JSON.parse(said)).toMatchObject({ is: 'refused', why: expect.stringContaining('version 99') as string });
    socket.destroy();
  });

  it('says so when the engine is killed, and resume continues without repeating what was done', async () => {
    const steps = `  - { id: once, type: shell, script: "echo once >> ledger", cwd: "${here.folder}", undo: none }\n${sleeps(60)}`;
    const { terminal, run } = await begin(steps.replace('"60"', '"3"'));
    await terminal.sees('running    slow');
    process.kill(engineOf(run).pid, 'SIGKILL');
    expect(await terminal.code).not.toBe(0);
    await terminal.sees(`runbook resume ${run}`);
    const resumed = await call('resume', run);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readFileSync(join(here.folder, 'ledger'), 'utf8')).toBe('once\n');
  });
});

describe('a socket', () => {
  let impostor: Server | undefined;
  afterEach(() => {
    impostor?.close();
    impostor = undefined;
  });
  async function pretend(run: string, answer: string): Promise<void> {
    const file = engineOf(run);
    const path = join(tmpdir(), `rb-${String(process.pid)}.sock`);
    rmSync(path, { force: true });
    impostor = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(`${answer}\n`);
    });
    await new Promise<void>((done) => impostor?.listen(path, done));
    writeFileSync(join(folderOf(run), 'engine.json'), JSON.stringify({ ...file, socket: path }));
  }

  it.each([
    [
      'the engine of another run',
      JSON.stringify({ is: 'welcome', v: 1, run: 'other', epoch: 1, controls: { yours: true } }),
      'another run answers: other',
    ],
    ['no engine at all', 'SSH-2.0-OpenSSH_9.2', 'is not an engine'],
  ])('behind which is %s: the viewer says so and does nothing', async (_, answer, words) => {
    const { run } = await begin(sleeps(30));
    await pretend(run, answer);
    const { code, stderr } = await call('attach', run, '-o', 'plain');
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
    expect((await call('pause', run)).stderr).toContain(words);
  });

  it('whose path would be too long is made elsewhere', async () => {
    const runtime = join(here.folder, 'x'.repeat(90));
    mkdirSync(runtime, { mode: 0o700 });
    const { run } = await begin(sleeps(30), { XDG_RUNTIME_DIR: runtime });
    const { socket = '' } = engineOf(run);
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(100);
    expect((await call('pause', run)).code).toBe(0);
  });

  it('that cannot be made anywhere: nothing is begun that nobody could answer, and the way out is said', async () => {
    const nowhere = join(here.folder, 'y'.repeat(90));
    mkdirSync(nowhere, { mode: 0o700 });
    const path = join(here.folder, 'small.yaml');
    writeFileSync(path, `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\nsteps:\n${asks}`);
    const env = { ...here.env, XDG_RUNTIME_DIR: nowhere, TMPDIR: nowhere };
    const terminal = openTerminal(['run', path], { cwd: here.folder, env });
    expect(await terminal.code).toBe(2);
    await terminal.sees('cannot open the control socket of this run');
    await terminal.sees('set XDG_RUNTIME_DIR to a short path');
    expect(existsSync(join(here.folder, 'moved'))).toBe(false);
    const unattended = await runbook(['run', path, '-y'], { env, cwd: here.folder });
    expect(unattended.code, unattended.stderr).toBe(0);
  });
});

describe('a run directory that is deleted', () => {
  it('is said to viewers, and the engine ends instead of going on without a record', async () => {
    const { terminal, run } = await begin(asks);
    await terminal.sees('Move it');
    const { pid } = engineOf(run);
    const file = engineOf(run);
    renameSync(folderOf(run), join(here.folder, 'gone'));
    rmSync(join(here.folder, 'gone'), { recursive: true });
    expect(await terminal.code).toBe(10);
    await eventually('the engine has ended', () => !isAlive(file), 20_000);
    expect(existsSync(join(here.folder, 'moved'))).toBe(false);
    expect(pid).toBeGreaterThan(0);
  });
});

const parentOf = (pid: number): number =>
  Number(
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')[1],
  );

/** Processes of ours whose arguments hold all words and which are not an engine. */
async function pidsOf(...words: readonly string[]): Promise<readonly number[]> {
  return eventually('its process', () => {
    const found = readdirSync('/proc').filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return (
          line[0] === process.execPath &&
          line[1] === program &&
          words.every((word) => line.some((one) => one.endsWith(word))) &&
          line.some((one) => one.startsWith(here.folder))
        );
      } catch {
        return false;
      }
    });
    return found.length > 0 ? found.map(Number) : undefined;
  });
}
