/**
 * The one reader of files that authors wrote: runbooks, configurations, input files. What lies at a path may be of somebody else (a pull request), so
 * nothing is read before it is known to be a regular file of a size that is read at all.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Diagnostic } from './diagnostic.ts';
import { documentOf } from './diagnostic.ts';
import { limits } from './limits.ts';

export type TextOfFile = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly diagnostic: Diagnostic };

/** `shown`: the name in the finding that tells why there is no text. A link that somebody names is followed; walks of folders list none. */
export function readText(path: string, shown: string): TextOfFile {
  try {
    // A pipe without a writer does not hold up whoever opens it so.
    return read(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), shown);
  } catch (problem) {
    const { code = 'unknown' } = problem as NodeJS.ErrnoException;
    return refused(shown, 'file-unreadable', `the file cannot be read (${code})`);
  }
}

/** The text, or nothing when there is none: for lines that a finding shows. */
export function readTextIfThere(path: string): string {
  const found = readText(path, path);
  return found.ok ? found.text : '';
}

function read(file: number, shown: string): TextOfFile {
  try {
    const { size } = sizeOf(file);
    if (size === undefined)
      return refused(shown, 'file-kind', 'this is not a regular file', 'a pipe or a device may never end: name a file');
    // A file of /proc has no size and still has content, and one that grows has more: never more than is read.
    const bytes = Buffer.alloc(Math.min(Math.max(size, 64 * 1024), limits.bytes) + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < bytes.length; length += got)
      got = readSync(file, bytes, length, bytes.length - length, null);
    if (size > limits.bytes || length > limits.bytes)
      return { ...refused(shown, 'yaml/too-large', 'the file is larger than 1 MiB', 'split it into several runbooks') };
    return { ok: true, text: bytes.toString('utf8', 0, length) };
  } finally {
    closeSync(file);
  }
}

function sizeOf(file: number): { readonly size: number | undefined } {
  const found = fstatSync(file);
  return { size: found.isFile() ? found.size : undefined };
}

function refused(
  file: string,
  code: string,
  message: string,
  hint?: string,
): { readonly ok: false; readonly diagnostic: Diagnostic } {
  const documented = code.includes('/') ? { docs: documentOf(code) } : {};
  const place = { file, line: 1, column: 1, endLine: 1, endColumn: 2 };
  return {
    ok: false,
    diagnostic: { ...place, severity: 'error', code, message, ...(hint === undefined ? {} : { hint }), ...documented },
  };
}
