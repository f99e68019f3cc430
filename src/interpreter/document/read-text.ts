/**
 * Reads the files that authors write: runbooks, configurations, input files. Somebody else may have put them there (a pull request), so nothing is read
 * before it is known to be a regular file of at most 1 MiB.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Diagnostic } from './diagnostic.ts';
import { docsOf } from './diagnostic.ts';
import { limits } from './limits.ts';

export type TextOfFile = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly diagnostic: Diagnostic };

/** `shown`: the name in the finding that tells why there is no text. A link that somebody names is followed; walks of folders list none. */
export function readText(path: string, shown: string): TextOfFile {
  try {
    // Asked before the file is opened: opening a device may already act on it. Asked again afterwards, since it may have been replaced meanwhile.
    if (!statSync(path).isFile()) return irregular(shown);
    // A pipe without a writer does not hold up whoever opens it so.
    return read(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), shown);
  } catch (problem) {
    const { code = 'unknown' } = problem as NodeJS.ErrnoException;
    return refused(shown, 'file-unreadable', `the file cannot be read (${code})`);
  }
}

/** The text, or the empty text when it cannot be read: for lines that a finding shows. */
export function readTextIfThere(path: string): string {
  const found = readText(path, path);
  return found.ok ? found.text : '';
}

function read(file: number, shown: string): TextOfFile {
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return irregular(shown);
    if (found.size > limits.bytes) return tooLarge(shown);
    // The size is a hint only: files of /proc have none, and a file may grow meanwhile.
    const bytes = Buffer.alloc(Math.min(Math.max(found.size, 64 * 1024), limits.bytes) + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < bytes.length; length += got)
      got = readSync(file, bytes, length, bytes.length - length, null);
    return length > limits.bytes ? tooLarge(shown) : { ok: true, text: bytes.toString('utf8', 0, length) };
  } finally {
    closeSync(file);
  }
}

const irregular = (file: string): TextOfFile =>
  refused(file, 'file-kind', 'this is not a regular file', 'name a file: a pipe or a device may never end');

const tooLarge = (file: string): TextOfFile =>
  refused(file, 'yaml/too-large', 'the file is larger than 1 MiB', 'split it into several files');

function refused(file: string, code: string, message: string, hint?: string): TextOfFile {
  const documented = code.includes('/') ? { docs: docsOf(code) } : {};
  const place = { file, line: 1, column: 1, endLine: 1, endColumn: 2 };
  return {
    ok: false,
    diagnostic: { ...place, severity: 'error', code, message, ...(hint === undefined ? {} : { hint }), ...documented },
  };
}
