/** Real children, nasty ones included (F21 to F29). */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../test/rig/cli.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'runbook-shell-'));
const alive = (pid: number): boolean => existsSync(`/proc/${String(pid)}`);
const pidIn = (path: string): Promise<number> =>
  eventually('the child wrote its pid', () => existsSync(path) && Number(readFileSync(path, 'utf8')));

describe('shell', () => {
  it('hands arguments on byte by byte: no shell reads them', async () => {
    const bench = await openStep(stepType, null);
    const nasty = `$(touch x); "a' b\\ \n*`;
    expect(resultOf(await bench.run({ argv: ['printf', '%s', nasty] }))).toMatchObject({ stdout: nasty, exitCode: 0 });
  });

  it('gives a script its values by environment, and stops at the first failing command', async () => {
    const bench = await openStep(stepType, null);
    expect(resultOf(await bench.run({ script: 'printf %s "$VENUE"', env: { VENUE: 'a"; rm -rf /' } }))).toMatchObject({
      stdout: 'a"; rm -rf /',
    });
    const { done } = await bench.run({ script: 'false | cat; echo never' });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'exit-code', result: { stdout: '' } });
  });

  it('shows the child only the allowed part of our environment', async () => {
    process.env['RUNBOOK_TEST_SECRET'] = 'do not show';
    const bench = await openStep(stepType, null);
    const { done, output } = await bench.run({ argv: ['env'], passEnv: ['LANG'] });
    expect(done.ok).toBe(true);
    expect(output).not.toContain('RUNBOOK_TEST_SECRET');
    expect(output).toContain('RUNBOOK_COOKIE=');
  });

  it('lets programs open their own input and output by name', async () => {
    const bench = await openStep(stepType, null);
    const script = 'cat /dev/stdin | tee /dev/stderr > /dev/stdout';
    for (const stdin of ['abc', 'x'.repeat(300_000)])
      expect(resultOf(await bench.run({ script, stdin }))).toMatchObject({ stdout: stdin, stderr: stdin, exitCode: 0 });
    expect(resultOf(await bench.run({ argv: ['sh', '-c', 'echo oops > /dev/stderr; wc -c < /dev/stdin'] }))).toMatchObject({
      stdout: '0\n',
      stderr: 'oops\n',
    });
  });

  it('gives data to a command as JSON, on its input, in its words and in its environment', async () => {
    const bench = await openStep(stepType, null);
    const data = { lag: [1, { end: 'last' }] };
    const text = JSON.stringify(data);
    expect(resultOf(await bench.run({ argv: ['cat'], stdin: data }))).toMatchObject({ stdout: text });
    expect(resultOf(await bench.run({ argv: ['echo', '--', data] }))).toMatchObject({ output: `-- ${text}` });
    expect(resultOf(await bench.run({ argv: ['printenv', 'LAG'], env: { LAG: data } }))).toMatchObject({ output: text });
  });

  it('hands nothing that a command left running prints to the next command', async () => {
    const bench = await openStep(stepType, null);
    const talkative = 'while :; do echo late; sleep 0.05; done &';
    expect(resultOf(await bench.run({ script: talkative, background: 'keep' }))).toMatchObject({ exitCode: 0 });
    const next = await bench.run({ script: 'echo mine; sleep 0.2; echo mine > /dev/stderr' });
    expect(resultOf(next)).toMatchObject({ stdout: 'mine\n', stderr: 'mine\n' });
  });

  it('is not held up by a child that leaves its input unread', async () => {
    const bench = await openStep(stepType, null);
    expect(resultOf(await bench.run({ argv: ['true'], stdin: 'x'.repeat(1_000_000) }))).toMatchObject({ exitCode: 0 });
  });

  it('accepts the declared exit codes only', async () => {
    const bench = await openStep(stepType, null);
    expect((await bench.run({ argv: ['sh', '-c', 'exit 3'], allowExit: [0, 3] })).done.ok).toBe(true);
    expect((await bench.run({ argv: ['sh', '-c', 'exit 3'] })).done).toMatchObject({
      ok: false,
      code: 'exit',
      message: 'exit code 3',
    });
  });

  it('says not started when the program is not there: nothing can have happened', async () => {
    const bench = await openStep(stepType, null);
    const { done, sent } = await bench.run({ argv: ['/no/such/program'] });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', code: 'ENOENT' });
    expect(sent).toBe(false);
  });

  it('loses the line breaks at the end of its output, as $(...) does, and keeps stdout exact', async () => {
    const bench = await openStep(stepType, null);
    for (const [printed, output] of [
      ['a\n', 'a'],
      ['\n a \n\n\n', '\n a '],
      ['a\r\n', 'a'],
      ['\n', ''],
    ] as const)
      expect(resultOf(await bench.run({ argv: ['printf', '%b', printed] }))).toMatchObject({ output, stdout: printed });
  });

  it('reads lines and JSON; what is not JSON is a failure with a place', async () => {
    const bench = await openStep(stepType, null);
    expect(resultOf(await bench.run({ argv: ['printf', 'a\nb\n'], output: 'lines' }))).toMatchObject({ output: ['a', 'b'] });
    expect(resultOf(await bench.run({ argv: ['printf', '{"n": 1}'], output: 'json' }))).toMatchObject({ output: { n: 1 } });
    expect((await bench.run({ argv: ['printf', '{'], output: 'json' })).done).toMatchObject({ ok: false, code: 'json' });
  });

  it('ends a child that ignores TERM together with its group', async () => {
    const pidFile = join(folder(), 'pid');
    const bench = await openStep(stepType, null);
    const stop = new AbortController();
    const running = bench.run(
      { script: `trap '' TERM; echo $$ > ${pidFile}; while :; do sleep 1; done` },
      { signal: stop.signal },
    );
    const pid = await pidIn(pidFile);
    stop.abort();
    expect((await running).done.ok).toBe(false);
    expect(alive(pid)).toBe(false);
  }, 20_000);

  it('does not wait for a daemon that keeps the pipes, and leaves none behind', async () => {
    const pidFile = join(folder(), 'pid');
    const bench = await openStep(stepType, null);
    const { done } = await bench.run({ script: `setsid sleep 300 & echo $! > ${pidFile}` });
    expect(done.ok).toBe(true);
    const pid = await pidIn(pidFile);
    await eventually('the daemon is gone', () => !alive(pid));
  }, 20_000);

  it('keeps the first and the last part of a hundred megabytes, exact in count and flat in memory', async () => {
    const bench = await openStep(stepType, null);
    const own = bench.context(AbortSignal.timeout(60_000));
    let bytes = 0;
    const before = process.memoryUsage().rss;
    const done = await bench.session.run(
      { argv: ['head', '-c', '104857600', '/dev/zero'] },
      {
        ...own,
        output: async (_stream, chunk) => {
          bytes += chunk.length;
        },
      },
    );
    expect(done).toMatchObject({ ok: true, result: { truncated: true } });
    expect(bytes).toBe(104_857_600);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
  }, 60_000);
});

describe('what a command does', () => {
  it.each([
    [['kubectl', 'get', 'pods'], 'read'],
    [['kubectl', 'delete', 'pod', 'x'], 'write'],
    [['aws', 'ec2', 'describe-instances'], 'read'],
    [['rm', '-rf', 'x'], 'write'],
  ])('%j is a %s', (argv, effect) => {
    expect(stepType.facts({ argv }).effect).toBe(effect);
  });
});

describe('a script', () => {
  const run = async (script: string) => (await (await openStep(stepType, null)).run({ script })).done;

  it('stops at a command that fails, also inside $(...)', async () => {
    expect(await run('x=$(false; echo hi)\necho "$x"')).toMatchObject({ ok: false, code: 'exit' });
    expect(await run('# a comment first\nx=$(echo hi)\necho "$x"')).toMatchObject({ ok: true, result: { output: 'hi' } });
  });

  it('names its own lines in what it says', async () => {
    expect(await run('echo one\nno-such-command')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/line 2: no-such-command: command not found/) as string,
      hint: 'there is no such command',
    });
  });

  it('that a closed pipe ended says so', async () => {
    expect(await run('seq 1 1000000 | head -1')).toMatchObject({ ok: false, hint: expect.stringContaining('SIGPIPE') as string });
  });
});
