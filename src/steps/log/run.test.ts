/** Commands and files with everything that logs are full of. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { lineLimit } from './counter.ts';
import { judgeSilence } from './journal.ts';
import { lint } from './lint.ts';
import { stepType } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'runbook-log-'));
const file = join(folder, 'app.log');
beforeEach(() => {
  rmSync(`${file}.1`, { force: true });
  rmSync(file, { force: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const minute = 60_000;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
async function count(params: { readonly [key: string]: Json }, target: Json = null) {
  const bench = await openStep(stepType, target);
  return bench.run({ match: 'gap', ...params });
}

describe('log of a command', () => {
  it.each([
    ['both streams unless told', {}, 3],
    ['only what was printed', { stream: 'stdout' }, 1],
    ['only what was complained of', { stream: 'stderr' }, 2],
  ])('counts %s', async (_what, more, found) => {
    const command = ['sh', '-c', 'echo gap 1; echo gap 2 >&2; echo gap 3 >&2'];
    expect(resultOf(await count({ command, ...more }))).toMatchObject({ count: found });
  });
});

describe('log of a file', () => {
  it('counts matching lines and shows the last of them', async () => {
    writeFileSync(file, 'gap 1\nfine\r\ngap 2\r\ngap 3 without an end');
    expect(resultOf(await count({ file }))).toEqual({
      count: 3,
      lines: ['gap 1', 'gap 2', 'gap 3 without an end'],
      scanned: 4,
      cutLines: 0,
    });
  });

  it('says 0 when nothing matches: that is a value, neither a failure nor emptiness', async () => {
    writeFileSync(file, 'all quiet\n');
    const { done } = await count({ file });
    expect(done).toMatchObject({ ok: true, result: { count: 0, lines: [] } });
    expect(done).not.toHaveProperty('noData', true);
    writeFileSync(file, '');
    expect((await count({ file })).done).toMatchObject({ ok: true, result: { count: 0, scanned: 0 } });
  });

  it('leaves out what is older than since, with the lines that belong to it', async () => {
    const lines = [
      `${ago(20 * minute)} gap old`,
      '  at gap.ts:1 belongs to the old line',
      `{"time":"${ago(5 * minute)}","msg":"gap in json"}`,
      '  at gap.ts:2 belongs to the new line',
      `${ago(minute).replace('T', ' ').replace('.', ',')} gap with a blank and a comma`,
      `[${ago(20 * minute)}] gap old in brackets`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    expect(resultOf(await count({ file, since: 10 * minute }))).toMatchObject({ count: 3, scanned: 6 });
    expect(resultOf(await count({ file, since: 60 * minute }))).toMatchObject({ count: 6 });
  });

  it('looks into the file before it after a rotation, unless that one is older', async () => {
    writeFileSync(file, 'gap before\nhalf a line with gap');
    renameSync(file, `${file}.1`);
    expect(resultOf(await count({ file }))).toMatchObject({ count: 2 });
    writeFileSync(file, 'gap after\n');
    expect(resultOf(await count({ file }))).toMatchObject({ count: 3, scanned: 3 });
    const old = new Date(Date.now() - 60 * minute);
    utimesSync(`${file}.1`, old, old);
    expect(resultOf(await count({ file }))).toMatchObject({ count: 1 });
  });

  it('takes bytes that are not UTF-8, and characters split between chunks', async () => {
    writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), Buffer.from(' gap\n')]));
    // 64 KiB is what a stream reads at once: the two bytes of each letter end up on both sides
    for (let i = 0; i < 2; i += 1) appendFileSync(file, `${'x'.repeat(65_535 - 8)}ä gap é\n`);
    const result = resultOf(await count({ file, match: 'gap$|ä gap é$' })) as { count: number; lines: string[] };
    expect(result.count).toBe(3);
    expect(result.lines[0]).toContain('\ufffd');
    expect(resultOf(await count({ file, match: 'ä gap é$' }))).toMatchObject({ count: 2 });
  });

  it('looks at the beginning of a huge line only, and continues behind it', async () => {
    writeFileSync(file, `gap ${'x'.repeat(3 * lineLimit)} hidden\ngap after\n`);
    expect(resultOf(await count({ file }))).toMatchObject({ count: 2, scanned: 2, cutLines: 1 });
    expect(resultOf(await count({ file, match: 'hidden' }))).toMatchObject({ count: 0 });
  });

  it('is an error when the file is not there or never ends', async () => {
    expect((await count({ file })).done).toMatchObject({ ok: false, wire: 'notStarted', class: 'config' });
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect((await count({ file: pipe })).done).toMatchObject({ ok: false, class: 'config' });
    expect((await count({ file: folder })).done).toMatchObject({ ok: false, class: 'config' });
  });

  it('ends with the deadline', async () => {
    writeFileSync(file, 'gap\n'.repeat(1000));
    const bench = await openStep(stepType, null);
    const { done } = await bench.run({ match: 'gap', file }, { signal: AbortSignal.abort() });
    expect(done).toMatchObject({ ok: false, class: 'timeout' });
  });
});

describe('log of a command', () => {
  const printing = (script: string): Json => ['/bin/sh', '-c', script];

  const script = 'printf "gap "; printf "an er" >&2; sleep 0.05; printf "out\\nfine\\n"; printf "ror gap\\n" >&2';
  it.each([
    [undefined, 2],
    ['both', 2],
    ['stdout', 1],
    ['stderr', 1],
  ])('counts the lines of its streams (%s): %i, none of them mixed up', async (stream, expected) => {
    const params = { command: printing(script), ...(stream === undefined ? {} : { stream }) };
    const { lines, ...rest } = resultOf(await count(params)) as { readonly lines: readonly string[]; readonly count: number };
    expect(rest.count).toBe(expected);
    for (const line of lines) expect(['gap out', 'an error gap']).toContain(line);
  });

  it('does not take the end of a failed command for a quiet log', async () => {
    expect((await count({ command: printing('echo gap; echo no such pod >&2; exit 1') })).done).toMatchObject({
      ok: false,
      class: 'exit-code',
      message: 'exit code 1: no such pod',
    });
    expect((await count({ command: ['/nowhere/kubectl'] })).done).toMatchObject({ ok: false, wire: 'notStarted' });
  });

  it('takes no line at all for 0 only when the source is known to exist', async () => {
    const journal: Json = ['journalctl', '-u', 'nosuch', '--no-pager'];
    expect((await count({ command: journal, match: 'entries' })).done).toMatchObject({
      ok: true,
      noData: true,
      missing: expect.stringContaining('journalctl -u nosuch --no-pager printed no line') as string,
      result: { count: 0, scanned: 0 },
    });
    expect((await count({ command: printing('exit 0') })).done).toMatchObject({ ok: true, noData: true });
    expect((await count({ command: printing('echo "-- No entries --"'), match: 'entries' })).done).toMatchObject({
      noData: true,
    });
    const empty = join(folder, 'empty.log');
    writeFileSync(empty, '');
    expect((await count({ command: ['cat', empty] })).done).not.toHaveProperty('noData');
  });

  it('asks systemd for each unit that journalctl was asked for', async () => {
    const asked: (readonly string[])[] = [];
    const silence = (argv: readonly string[], exists: boolean, complaint = '') =>
      judgeSilence({ ok: true, changed: false, result: { count: 0 } }, { argv, complaint }, async (command) => {
        asked.push(command.slice(command.indexOf('--no-pager')));
        return exists;
      });
    expect(await silence(['timeout', '5', 'journalctl', '-u', 'web', '--unit=db.service', '-uapi'], true)).not.toHaveProperty(
      'noData',
    );
    expect(asked).toEqual([['--no-pager', 'cat', '--', 'web', 'db.service', 'api']]);
    expect(await silence(['journalctl', '-u', 'web'], false)).toMatchObject({ noData: true });
    expect(await silence(['journalctl', '-u', 'web'], true, 'Hint: You are currently not seeing messages')).toMatchObject({
      noData: true,
    });
    expect(await silence(['journalctl', '-t', 'web'], true)).toMatchObject({ noData: true });
  });

  it('sorts by the times in its lines only when since is given', async () => {
    const command = printing(`echo ${ago(60 * minute)} gap`);
    expect(resultOf(await count({ command }))).toMatchObject({ count: 1 });
    expect(resultOf(await count({ command, since: minute }))).toMatchObject({ count: 0 });
  });

  it('ends one that follows forever with the deadline', async () => {
    const bench = await openStep(stepType, null);
    const { done } = await bench.run({ match: 'gap', command: printing('echo gap; exec sleep 60') }, { timeoutMs: 300 });
    expect(done).toMatchObject({ ok: false, class: 'timeout' });
  });

  it('asks a target for its last stretch of time', async () => {
    const target = { command: ['/bin/echo', 'gap:'], deployment: 'deploy/gateway' };
    const bench = await openStep(stepType, target, 'kubernetes');
    expect(resultOf(await bench.run({ match: 'gap', since: 90_000 }))).toMatchObject({
      count: 1,
      lines: ['gap: logs deploy/gateway --since=90s'],
    });
  });
});

describe('lint of log', () => {
  const codes = (match: string) =>
    lint({ params: { match, file: 'app.log' }, step: { match }, literal: () => true }).map((one) => one.code);
  it('finds what is not a regular expression of linear time', () => {
    expect(codes('gap_(detected|healed)')).toEqual([]);
    expect(codes('gap(')).toEqual(['log/pattern']);
    expect(codes('(?=gap)')).toEqual(['log/pattern']);
  });
});
