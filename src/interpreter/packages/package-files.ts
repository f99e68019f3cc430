/**
 * All files of a package, in memory, and the hash over them. What was hashed is what runs later: nothing is read a second time (T20). The hash is that of
 * `find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum`, so that anybody can compute it without this program.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface PackageFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface PackageFiles {
  readonly files: readonly PackageFile[];
  /** `sha256:` and 64 hexadecimal digits. */
  readonly hash: string;
}

/** Why a folder is not a package that can be pinned. */
export class PackageError extends Error {}

const mostFiles = 5000;
const mostBytes = 64 * 1024 * 1024;

/** Throws PackageError. */
export function readPackageFiles(folder: string): PackageFiles {
  const paths = pathsBelow(folder, '').sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  // Asked before anything is read: a file of a terabyte is refused, not loaded.
  const size = paths.reduce((sum, path) => sum + lstatSync(join(folder, path)).size, 0);
  if (size > mostBytes)
    throw new PackageError(`${folder} has more than ${String(mostBytes / 1024 / 1024)} MiB; bundle what it needs`);
  const files = paths.map((path) => ({ path, bytes: bytesOf(join(folder, path)) }));
  return { files, hash: hashOf(files) };
}

function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (problem) {
    throw new PackageError(`${path} cannot be read: ${(problem as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
}

function hashOf(files: readonly PackageFile[]): string {
  const whole = createHash('sha256');
  for (const { path, bytes } of files) whole.update(`${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`);
  return `sha256:${whole.digest('hex')}`;
}

/** A link could lead to what is not hashed, and to something else tomorrow. */
function pathsBelow(folder: string, below: string, found: string[] = []): string[] {
  for (const name of namesIn(join(folder, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    if (/[\\\p{Cc}]/u.test(name))
      throw new PackageError(`${folder} has a file whose name cannot be hashed: ${JSON.stringify(path)}`);
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) pathsBelow(folder, path, found);
    else if (stat.isFile()) found.push(path);
    else throw new PackageError(`${join(folder, path)} is neither file nor folder; a package of step types has no links`);
    if (found.length > mostFiles)
      throw new PackageError(`${folder} has more than ${String(mostFiles)} files; bundle what it needs`);
  }
  return found;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (problem) {
    throw new PackageError(`${folder} cannot be read: ${(problem as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
}
