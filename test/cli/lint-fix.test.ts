/** `lint --fix` through the real program: what has one right answer is written, and not a byte beside it. */
import { chmodSync, chownSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
let path: string;
beforeEach(() => {
  here = place();
  path = join(here.folder, 'book.yaml');
});
afterEach(() => {
  here.remove();
});
const call = (...args: readonly string[]) => runbook(['lint', 'book.yaml', ...args], { cwd: here.folder, env: here.env });

const wrong = [
  '# yaml-language-server: $schema=x.json',
  'apiVersion:   runbook/v1   # odd spaces stay',
  "id: 'book'",
  'title: "Größe 🙂"',
  'owners:',
  '      - team',
  '',
  '',
  'steps:   ',
  '  # about one',
  '  - id: one',
  '    type: shel',
  '    timout: 5 min # not shorter',
  '    script: |',
  '      echo "timout: 5 min"   ',
  '    retry: {attempts: "3", classes: [exit-code],}',
  '# the end',
].join('\n');
const right = wrong.replace('shel\n', 'shell\n').replace('    timout: 5 min #', '    timeout: 5m #').replace('"3"', '3');

describe('lint --fix', () => {
  it('mends, keeps every other byte and the mode, is clean afterwards and does nothing a second time', async () => {
    writeFileSync(path, wrong);
    chmodSync(path, 0o640);
    const mended = await call('--fix');
    expect(readFileSync(path, 'utf8')).toBe(right);
    expect(mended).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('book.yaml: 4 edits') as string });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(here.folder)).toEqual(['book.yaml']);
    const { ino, mtimeMs } = statSync(path);
    expect(await call('--fix')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('edit') as string });
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
  });

  it('leaves the file to the user whose it is, also when root mends it', async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'SKIPPED: only root can give a file to another user; .ci/run is root');
    writeFileSync(path, wrong);
    chownSync(path, 65534, 65534);
    expect((await call('--fix')).code).toBe(0);
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65534 });
    expect(readFileSync(path, 'utf8')).toBe(right);
  });

  it('says what is left, at its place in the mended file', async () => {
    writeFileSync(path, `${wrong}\nfoo: 1\n`);
    const { code, stdout } = await call('--fix', '-o', 'json');
    expect(code).toBe(3);
    const { findings } = JSON.parse(stdout) as { findings: readonly object[] };
    expect(findings).toMatchObject([{ code: 'key/unknown', line: 18, column: 1 }]);
  });

  it('writes through a link, which stays a link', async () => {
    writeFileSync(join(here.folder, 'real.yaml'), wrong);
    symlinkSync('real.yaml', path);
    expect(await call('--fix')).toMatchObject({ code: 0 });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(here.folder, 'real.yaml'), 'utf8')).toBe(right);
  });

  it('leaves a file alone whose bytes it could not keep', async () => {
    const bytes = Buffer.concat([Buffer.from(wrong), Buffer.from([0x20, 0xff, 0x0a])]);
    writeFileSync(path, bytes);
    expect(await call('--fix')).toMatchObject({ code: 3, stdout: expect.stringContaining('yaml/encoding') as string });
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('--dry-run writes nothing, tells the findings, and prints a difference that patch applies', async () => {
    writeFileSync(path, wrong);
    const { code, stdout } = await call('--fix', '--dry-run');
    expect({ code, text: readFileSync(path, 'utf8') }).toEqual({ code: 3, text: wrong });
    expect(stdout).toContain('-    timout: 5 min # not shorter\n+    timeout: 5m # not shorter\n');
    const difference = `${stdout.split('\nbook.yaml:')[0] ?? ''}\n`;
    execFileSync('git', ['apply', '--unidiff-zero', '-p0', '-'], { cwd: here.folder, input: difference });
    expect(readFileSync(path, 'utf8')).toBe(right);
  });

  it('--dry-run alone is a mistake of usage', async () => {
    writeFileSync(path, right);
    expect(await call('--dry-run')).toMatchObject({ code: 2, stderr: expect.stringContaining('--fix') as string });
  });
});
