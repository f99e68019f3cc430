/** Commands on another host, through a real OpenSSH server. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestSsh } from '../../../lab/servers/ssh-tests.ts';
import { startSsh } from '../../../lab/servers/ssh-tests.ts';
import { makeKey } from '../../../lab/servers/ssh.ts';
import { eventually } from '../../../test/rig/cli.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';

let server: TestSsh;
const folder = mkdtempSync(join(tmpdir(), 'runbook-ssh-'));
beforeAll(async () => {
  server = await startSsh();
  await makeKey(join(folder, 'stranger'));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
const open = (more: object = {}) => openStep(stepType, { ...server.target, ...more }, 'ssh');
const alive = (pid: number): boolean => existsSync(`/proc/${String(pid)}`);
const pidIn = (path: string): Promise<number> =>
  eventually('the child wrote its pid', () => existsSync(path) && Number(readFileSync(path, 'utf8')));

describe('shell over ssh', () => {
  it('hands arguments on byte by byte: no shell over there reads them', async () => {
    const nasty = `$(touch x); "a' b\\ \n* -- é 😀 !`;
    expect(resultOf(await (await open()).run({ argv: ['printf', '%s', nasty] }))).toMatchObject({ stdout: nasty, exitCode: 0 });
  });

  it('gives a script its values by environment, its own standard input, and stops at the first failing command', async () => {
    const bench = await open();
    const script = 'read -r line; printf "%s|%s|%s" "$VENUE" "$line" "$PWD"';
    const done = await bench.run({ script, env: { VENUE: 'a"; rm -rf /' }, stdin: 'first\nsecond\n', cwd: folder });
    expect(resultOf(done)).toMatchObject({ stdout: `a"; rm -rf /|first|${folder}` });
    expect((await bench.run({ script: 'false | cat; echo never' })).done).toMatchObject({ ok: false, class: 'exit-code' });
  });

  it('no value is in a list of processes, here or there', async () => {
    const bench = await open();
    const done = await bench.run({ script: 'ps -eo args', shell: 'sh', env: { TOKEN: 'value-of-the-step' } });
    expect(resultOf(done)).not.toMatchObject({ stdout: expect.stringContaining('value-of-the-step') as string });
  });

  it.each([0, 3, 255])('tells exit code %i of the command from the end of the connection', async (code) => {
    const { done } = await (await open()).run({ argv: ['sh', '-c', `exit ${String(code)}`], allowExit: [code] });
    expect(done).toMatchObject({ ok: true, result: { exitCode: code } });
  });

  it('streams what is printed, with nothing of its own in it', async () => {
    const printed = await (await open()).run({ script: 'echo out; echo err >&2; seq 100000 | tail -1' });
    expect(resultOf(printed)).toMatchObject({ stdout: 'out\n100000\n', stderr: 'err\n' });
    expect(printed.output).not.toMatch(/rb[0-9a-f]{32}/);
  });

  it.each(['r', 'a\nrb'])('hands on %j, an end that looks like the beginning of a word of its own', async (text) => {
    const printed = await (await open()).run({ argv: ['printf', '%s', text] });
    expect(resultOf(printed)).toMatchObject({ stdout: text });
    expect(printed.output).toBe(text);
  });

  it('ends the command over there with its children, when it is stopped here', async () => {
    const file = join(folder, 'pid');
    const { done } = await (await open()).run({ script: `setsid sleep 300 & echo $! > ${file}; wait` }, { timeoutMs: 1500 });
    expect(done).toMatchObject({ ok: false, wire: 'unknown' });
    const pid = await pidIn(file);
    await eventually('the child has ended', () => !alive(pid), 20_000);
  });

  it.each(['end', 'keep'] as const)('tells of what the command leaves running over there; background: %s', async (background) => {
    const file = join(folder, `left-${background}`);
    const bench = await open();
    const script = `setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $! > ${file}`;
    const { done, warnings } = await bench.run({ script, background });
    const pid = await pidIn(file);
    expect(done.ok).toBe(true);
    expect(warnings).toMatchObject([{ code: 'background-processes', data: { processes: [{ pid }] } }]);
    if (background === 'keep') process.kill(pid, 'SIGKILL');
    await eventually('it has ended', () => !alive(pid), 20_000);
  });

  it('says unknown when the server is killed in the middle', async () => {
    const other = await startSsh();
    const bench = await openStep(stepType, { ...other.target }, 'ssh');
    const file = join(folder, 'started');
    const running = bench.run({ script: `echo 1 > ${file}; sleep 30` });
    await eventually('it runs', () => existsSync(file));
    for (const pid of sessionsOf(other.pid)) process.kill(pid, 'SIGKILL');
    expect((await running).done).toMatchObject({ ok: false, wire: 'unknown', class: 'connection', code: 'lost' });
    await other.stop();
  });
});

describe('before anything is sent', () => {
  it.each([
    ['a host that is not known', () => ({ knownHosts: empty() }), 'auth', 'host-key'],
    ['a key that is not let in', () => ({ identity: join(folder, 'stranger') }), 'auth', 'denied'],
    ['nobody who listens', () => ({ port: 1 }), 'connection', 'unreachable'],
  ])('%s is reported', async (_, more, kind, code) => {
    const { done, sent } = await (await open(more())).run({ argv: ['touch', join(folder, 'never')] });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: kind, code });
    expect(sent).toBe(false);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  it('a folder or a program that is not there is reported', async () => {
    const bench = await open();
    expect((await bench.run({ argv: ['true'], cwd: '/not/there' })).done).toMatchObject({
      wire: 'notStarted',
      code: 'no-folder',
    });
    expect((await bench.run({ argv: ['not-there-at-all'] })).done).toMatchObject({ wire: 'notStarted', code: 'ENOENT' });
  });

  it.each([
    [{ password: 'x' }, /no password: use a key/],
    [{ host: '-oProxyCommand=touch x' }, /is not a host name/],
    [{ options: { StrictHostKeyChecking: 'no' } }, /may not have "StrictHostKeyChecking"/],
    [{ prot: 22 }, /has no "prot"/],
  ])('%j in the entry is refused', async (more, words) => {
    await expect(open(more)).rejects.toThrow(words);
  });
});

function empty(): string {
  const path = join(folder, 'nobody');
  writeFileSync(path, '');
  return path;
}

/** The processes of a server that hold connections. */
function sessionsOf(server: number): readonly number[] {
  const text = readFileSync(`/proc/${String(server)}/task/${String(server)}/children`, 'utf8');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}
