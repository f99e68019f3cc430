/** Where a file lies: here, or on another host. Both read it whole and replace it whole, and only while it still is what was read. */
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { replaceFile } from '../../clients/replace-file.ts';
import type { RunContext } from '../../interpreter/port/step-type.ts';
import { FormatError } from './formats.ts';

export interface LoadedFile {
  /** Where the file truly is: a link stays a link. */
  readonly path: string;
  readonly text: string;
}

export interface FilePlace {
  load(path: string, context: RunContext): Promise<LoadedFile>;
  /** Throws ChangedMeanwhile when it is no longer `before`; then nothing is written. */
  replace(path: string, before: string, after: string, context: RunContext): Promise<void>;
}

export class ChangedMeanwhile extends Error {}

export const shaOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const largest = 1024 * 1024;

export const decodedText = (bytes: Buffer): string => {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw new FormatError('it is not UTF-8, and would be damaged by writing it');
  return text;
};

/** Where a path leads to. Throws in words, with the code of the system. */
async function existing(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (problem) {
    const { code, message } = problem as NodeJS.ErrnoException;
    const words = code === 'ENOENT' ? `there is no file ${path}` : code === 'EACCES' ? `permission denied: ${path}` : message;
    throw Object.assign(new Error(words), { code });
  }
}

export const here: FilePlace = {
  load: async (given, context) => {
    const path = await existing(resolve(context.directory, given));
    const found = await stat(path);
    if (!found.isFile())
      throw new FormatError('it is not a plain file: reading a pipe or a device may never end, or take what it holds');
    const { size } = found;
    if (size > largest) throw new FormatError(`it has ${String(size)} bytes; at most 1 MiB is read`);
    return { path, text: decodedText(await readFile(path)) };
  },
  replace: (path, before, after, context) =>
    replaceFile(path, after, async () => {
      if ((await readFile(path, 'utf8')) !== before) throw new ChangedMeanwhile(`${path} was changed by somebody else just now`);
      context.sent();
    }),
};
