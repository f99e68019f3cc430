/** Real files: what is not asked for does not change by a byte, and what somebody else has changed is never overwritten (F49). */
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { stepType } from './index.ts';

let folder: string;
let bench: Bench;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-file-'));
  bench = await openStep(stepType, null);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const make = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const text = (path: string): string => readFileSync(path, 'utf8');
const edit = async (path: string, set: Readonly<Record<string, Json>>, more: Readonly<Record<string, Json>> = {}) =>
  (await bench.run({ edit: path, set, ...more })).done;

describe('edit', () => {
  it.each([
    [
      'a.yaml',
      '# settings\nproduction:\n  host: db1   # the primary\n  port: 5432\nlist: [1, 2]\n',
      'production.host',
      'db2',
      '# settings\nproduction:\n  host: db2   # the primary\n  port: 5432\nlist: [1, 2]\n',
    ],
    ['a.yaml', 'a:\n  - name: x\n  - name: "y"\n', 'a.1.name', 'no', 'a:\n  - name: x\n  - name: "no"\n'],
    ['a.yaml', 'on_call:\nb: 1\n', 'b', 2.5, 'on_call:\nb: 2.5\n'],
    [
      'a.json',
      '{\n\t"a": { "host" : "db1" },\n\t"n": [ 1,2 ] }\n',
      'a.host',
      'db2',
      '{\n\t"a": { "host" : "db2" },\n\t"n": [ 1,2 ] }\n',
    ],
    [
      'a.toml',
      'title = "x" # t\n[db]\nhost = \'db1\'\nport = 1\n[[more]]\nhost = "h"\n',
      'db.host',
      'db2',
      'title = "x" # t\n[db]\nhost = "db2"\nport = 1\n[[more]]\nhost = "h"\n',
    ],
    ['a.toml', '[db]\nport = 5432 # p\n', 'db.port', 5433, '[db]\nport = 5433 # p\n'],
    [
      'a.ini',
      '; c\n[mysqld]\nmax_connections = 100\nread-only=0\n',
      'mysqld.max_connections',
      500,
      '; c\n[mysqld]\nmax_connections = 500\nread-only=0\n',
    ],
    ['.env', 'export A="x y"\nB=1 # n\r\nC=\n', 'B', '2 3', 'export A="x y"\nB="2 3" # n\r\nC=\n'],
    ['.env', 'A=1\n', 'A', '$(touch x) `id` $HOME', "A='$(touch x) `id` $HOME'\n"],
    ['.env', 'A="x"\n', 'A', "it's $(id) `id`", 'A="it\'s \\$(id) \\`id\\`"\n'],
    ['.env', 'A="x"\n', 'A', 'it\'s "y"', 'A="it\'s \\"y\\""\n'],
  ])('%s: %s of %s becomes %j, and nothing else', async (name, before, key, value, after) => {
    const path = make(name, before);
    expect(await edit(path, { [key]: value })).toMatchObject({ ok: true, changed: true });
    expect(text(path)).toBe(after);
    const read = await bench.run({ read: path });
    expect(read.done).toMatchObject({ ok: true, changed: false });
    expect(await edit(path, { [key]: value })).toMatchObject({ ok: true, changed: false, result: { changes: {} } });
  });

  it('several keys at once, each told with from and to', async () => {
    const path = make('a.yaml', 'a: 1\nb: two\n');
    expect(await edit(path, { a: 10, b: 'three' })).toMatchObject({
      result: { changes: { a: { from: 1, to: 10 }, b: { from: 'two', to: 'three' } } },
    });
    expect(text(path)).toBe('a: 10\nb: three\n');
  });

  it.each([
    ['a.yaml', 'a: 1\n', 'b', 'there is no key b'],
    ['a.yaml', 'a: { b: 1 }\n', 'a', 'not a single value'],
    ['a.yaml', 'a: [\n', 'a', 'not YAML'],
    ['a.json', '{"a": 1,}', 'a', 'not JSON'],
    ['a.ini', 'a=1\na=2\n', 'a', 'occurs 2 times'],
    ['a.txt', 'a=1\n', 'a', 'say format'],
    ['.env', 'A=1\n', 'A', 'line break'],
  ])('%s with %j: %s is refused (%s) and the file stays', async (name, before, key, words) => {
    const path = make(name, before);
    const done = await edit(path, { [key]: words === 'line break' ? 'x\ny' : 'x' });
    expect(done).toMatchObject({ ok: false, code: 'format', message: expect.stringContaining(words) as string });
    expect(text(path)).toBe(before);
  });

  it('keeps mode and link, and leaves nothing beside the file', async () => {
    const path = make('a.yaml', 'a: 1\n');
    chmodSync(path, 0o640);
    const link = join(folder, 'link.yaml');
    symlinkSync(path, link);
    await edit(link, { a: 2 });
    expect([text(path), statSync(path).mode & 0o777, lstatSync(link).isSymbolicLink()]).toEqual(['a: 2\n', 0o640, true]);
    expect(readdirSync(folder).sort()).toEqual(['a.yaml', 'link.yaml']);
  });

  it('previews, and touches nothing', async () => {
    const path = make('a.yaml', 'a: 1\n');
    const preview = await bench.session.preview?.({ edit: path, set: { a: 2 } }, bench.context());
    expect(preview?.diff).toBe(`${path} a: 1 -> 2`);
    expect(text(path)).toBe('a: 1\n');
  });
});

describe('undo: restore', () => {
  const params = (path: string) => ({ edit: path, set: { a: 2 } });

  it('puts the old content back to the byte', async () => {
    const before = '# c\r\na:   1\n';
    const path = make('a.yaml', before);
    const old = (await bench.session.capture?.(params(path), bench.context())) ?? null;
    await bench.run(params(path));
    expect(await bench.session.restore?.(old, params(path), bench.context())).toMatchObject({ ok: true, changed: true });
    expect(text(path)).toBe(before);
    expect(await bench.session.restore?.(old, params(path), bench.context())).toMatchObject({ ok: true, changed: false });
  });

  it('leaves what somebody else has changed since', async () => {
    const path = make('a.yaml', 'a: 1\n');
    const old = (await bench.session.capture?.(params(path), bench.context())) ?? null;
    await bench.run(params(path));
    writeFileSync(path, 'a: 2\nb: theirs\n');
    expect(await bench.session.restore?.(old, params(path), bench.context())).toMatchObject({
      ok: false,
      code: 'changed-meanwhile',
    });
    expect(text(path)).toBe('a: 2\nb: theirs\n');
  });
});

describe('read', () => {
  it.each([
    ['a.yaml', 'a: { b: [1, x] }\n', { a: { b: [1, 'x'] } }],
    ['a.toml', 'n = 1\n[s]\nt = "v"\n', { n: '1', s: { t: 'v' } }],
    ['a.conf', '[s]\nk: v w\n', { s: { k: 'v w' } }],
    ['notes.txt', 'plain\n', 'plain\n'],
  ])('%s', async (name, content, data) => {
    expect((await bench.run({ read: make(name, content) })).done).toMatchObject({ ok: true, result: { data, text: content } });
  });

  const aliases = (levels: number): string =>
    Array.from({ length: levels }, (_, i) => `a${String(i)}: &a${String(i)} [${`*a${String(i - 1)},`.repeat(9)}]\n`)
      .join('')
      .replace(`[${'*a-1,'.repeat(9)}]`, '[x]');
  it.each([
    ['a.json', '['.repeat(100_000) + ']'.repeat(100_000), 'nested more than 512 levels'],
    ['a.yaml', '['.repeat(20_000) + ']'.repeat(20_000), 'nested too deeply'],
    ['a.yaml', aliases(9), 'its aliases repeat too much'],
  ])('%s that is made to exhaust the reader is a clear failure', async (name, content, why) => {
    expect((await bench.run({ read: make(name, content) })).done).toMatchObject({
      ok: false,
      code: 'format',
      message: expect.stringContaining(why) as string,
    });
  });

  it('a file that is not there, too large or no UTF-8 is a clear failure', async () => {
    expect((await bench.run({ read: join(folder, 'none') })).done).toMatchObject({ ok: false, code: 'ENOENT' });
    expect((await bench.run({ read: make('big', 'x'.repeat(2_000_000)) })).done).toMatchObject({ ok: false, code: 'format' });
    writeFileSync(join(folder, 'latin'), Buffer.from([0x47, 0xfc]));
    expect((await bench.run({ read: join(folder, 'latin') })).done).toMatchObject({
      ok: false,
      message: expect.stringContaining('UTF-8') as string,
    });
  });
});
