/** What lies at a path is asked before it is read. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { limits } from './limits.ts';
import { readText, readTextIfThere } from './read-text.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-read-'));
  writeFileSync(at('plain'), 'plain text\n');
  symlinkSync('plain', at('link'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const code = (...args: Parameters<typeof readText>): string => {
  const read = readText(...args);
  return read.ok ? `text of ${String(read.text.length)}` : read.diagnostic.code;
};

it('reads a regular file, up to the last byte that is allowed', () => {
  expect(readText(at('plain'), 'plain')).toEqual({ ok: true, text: 'plain text\n' });
  writeFileSync(at('full'), 'x'.repeat(limits.bytes));
  expect(code(at('full'), 'full')).toBe(`text of ${String(limits.bytes)}`);
  writeFileSync(at('over'), 'x'.repeat(limits.bytes + 1));
  expect(code(at('over'), 'over')).toBe('yaml/too-large');
});

it('follows a link that is named', () => {
  expect(code(at('link'), 'link')).toBe('text of 11');
});

it('reads files without a size, such as those of /proc', () => {
  expect(readTextIfThere('/proc/self/status')).toContain('Name:');
});

it.each([
  ['a device', '/dev/zero', 'file-kind'],
  ['a folder', '/', 'file-kind'],
  ['what is not there', '/nowhere', 'file-unreadable'],
  ['a path through a file', '/etc/passwd/name', 'file-unreadable'],
])('%s has no text', (_what, path, why) => {
  expect(code(path, path)).toBe(why);
  expect(readTextIfThere(path)).toBe('');
});
