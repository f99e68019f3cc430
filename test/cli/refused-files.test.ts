/** A pull request may bring any kind of file: what is not a small regular file is told at once, and a link shows nothing of what it leads to. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
const at = (...names: readonly string[]): string => join(here.folder, ...names);
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { cwd: here.folder, env: here.env });
const book =
  'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\nsteps: [{ id: a, type: shell, argv: ["true"], undo: none }]\n';

interface Report {
  readonly files: number;
  readonly findings: readonly { readonly file: string; readonly code: string; readonly severity: string }[];
}
const findings = async (...names: readonly string[]): Promise<Report> =>
  JSON.parse((await call('lint', ...names, '-o', 'json')).stdout) as Report;

beforeEach(() => {
  here = place();
  mkdirSync(at('books'));
  writeFileSync(at('books', 'one.yaml'), book);
});
afterEach(() => {
  here.remove();
});

const sparse = (path: string): void => {
  writeFileSync(path, '');
  truncateSync(path, 3 * 1024 ** 3);
};
const pipe = (path: string): void => {
  execFileSync('mkfifo', [path]);
};

describe('a file that is named', () => {
  it.each([
    ['a sparse file of 3 GiB', sparse, 'larger than 1 MiB'],
    ['one byte too many', (path: string) => writeFileSync(path, ' '.repeat(1024 * 1024 + 1)), 'larger than 1 MiB'],
    ['a pipe', pipe, 'not a regular file'],
    ['a link to a device', (path: string) => symlinkSync('/dev/zero', path), 'not a regular file'],
    ['a folder', (path: string) => mkdirSync(path), 'folder|not a regular file|no runbook'],
    ['a link to nothing', (path: string) => symlinkSync('nowhere', path), 'no file|ENOENT'],
    ['a link to itself', (path: string) => symlinkSync('odd.yaml', path), 'no file|ELOOP'],
  ])('%s is refused by every verb that reads it, with the reason', async (_what, make, why) => {
    make(at('odd.yaml'));
    for (const args of [
      ...(why.startsWith('folder') ? [] : [['lint', 'odd.yaml']]),
      ['plan', 'odd.yaml'],
      ['run', 'odd.yaml', '--no-questions'],
      ['show', 'odd.yaml'],
      ['run', 'books/one.yaml', '--input-file', 'odd.yaml', '--no-questions'],
      ['run', 'books/one.yaml', '--config', 'odd.yaml', '--no-questions'],
    ]) {
      const { code, stdout, stderr } = await call(...args);
      expect([2, 3], args.join(' ')).toContain(code);
      expect(stdout + stderr).toMatch(new RegExp(why));
    }
  });

  it('a link is followed to a runbook, wherever that is, also below the working folder', async () => {
    mkdirSync(at('work'));
    symlinkSync('../books/one.yaml', at('work', 'linked.yaml'));
    writeFileSync(at('work', 'plain.yaml'), book);
    symlinkSync('plain.yaml', at('work', 'near.yaml'));
    const options = { cwd: at('work'), env: here.env };
    expect(await runbook(['lint', 'linked.yaml', 'near.yaml'], options)).toMatchObject({ code: 0 });
    expect(await runbook(['run', 'linked.yaml', '--no-questions'], options)).toMatchObject({ code: 0 });
  });

  it.each([
    ['lint', 'secret.yaml'],
    ['lint', '--fix', 'secret.yaml'],
  ])('%s shows nothing of a file that a link leads to outside of the working folder', async (...args) => {
    writeFileSync(at('token'), 'token: ci-token-abcdef\n');
    mkdirSync(at('work'));
    symlinkSync(at('token'), at('work', 'secret.yaml'));
    const { code, stdout, stderr } = await runbook(args, { cwd: at('work'), env: here.env });
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain('ci-token');
    expect(stderr).toContain('which is not a .yaml file');
  });
});

describe('a folder', () => {
  it('links in it are told and not followed, and what is wrong with a file does not keep the others from being linted', async () => {
    writeFileSync(at('token'), 'token: ci-token-abcdef\n');
    symlinkSync(at('token'), at('books', 'b.yaml'));
    symlinkSync(at('books'), at('books', 'again'));
    symlinkSync('nowhere', at('books', 'gone.yaml'));
    sparse(at('books', 'large.yaml'));
    pipe(at('books', 'pipe.yaml'));
    writeFileSync(at('books', 'wrong.yaml'), `${book}foo: 1\n`);
    const { stdout } = await call('lint', 'books');
    expect(stdout).not.toContain('ci-token');
    const report = await findings('books');
    expect(report.findings.map(({ file, code, severity }) => `${file} ${code} ${severity}`)).toEqual([
      'books/again file-link warning',
      'books/b.yaml file-link warning',
      'books/gone.yaml file-link warning',
      'books/large.yaml yaml/too-large error',
      'books/pipe.yaml file-kind error',
      'books/wrong.yaml key/unknown error',
    ]);
  });

  it('a tree that is too deep ends with a plain error', async () => {
    let path = at('books');
    for (let depth = 0; depth < 200; depth += 1) path = join(path, 'd');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(dirname(path), 'deep.yaml'), book);
    const { code, stderr } = await call('lint', 'books');
    expect([code, stderr]).toEqual([2, expect.stringContaining('more than 64 levels deep') as string]);
    expect(stderr).not.toContain('    at ');
  });
});

describe('a file of mistakes', () => {
  it('shows the first 200 and says that there are more, in every form', async () => {
    const steps = Array.from({ length: 300 }, (_, i) => `  - { id: s${String(i)}, type: shell, argv: ["true"], foo: 1 }\n`);
    writeFileSync(at('books', 'one.yaml'), `${book.replace(/steps:.*\n/, 'steps:\n')}${steps.join('')}`);
    const all = (await findings('books')).findings;
    expect([all.length, all.at(-1)?.code]).toEqual([201, 'too-many-findings']);
    for (const args of [
      ['lint', 'books'],
      ['run', 'books/one.yaml', '--no-questions'],
    ]) {
      const { code, stdout, stderr } = await call(...args);
      expect([code, (stdout + stderr).match(/ error key\/unknown/g)?.length]).toEqual([3, 200]);
      expect(stdout + stderr).toContain('only the first 200 findings of this file are shown');
    }
  });

  it('an error is never hidden behind warnings', async () => {
    const odd = Array.from({ length: 300 }, (_, i) => `  - { id: s${String(i)}, type: shell, argv: ["a\u200bb"], undo: none }\n`);
    writeFileSync(at('books', 'one.yaml'), `${book.replace(/steps:.*\n/, 'steps:\n')}${odd.join('')}foo: 1\n`);
    const all = (await findings('books')).findings;
    expect(all.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(['key/unknown']);
    expect(all.length).toBe(201);
  });
});
