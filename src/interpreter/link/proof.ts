/**
 * Proves which user of this host is at the other end of a socket, which node cannot ask the system for. The engine names a file that nobody can
 * guess; the viewer makes it in a folder of the engine; its owner is the viewer's user. The file says for which socket it was made, so an engine
 * that somebody was lured to cannot pass the proof on to another one.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of the proofs of a socket. */
export const proofFolder = (socket: string): string => join(dirname(socket), 'proofs');

const nameForm = /^[0-9a-f]{64}$/;
const contentOf = (socket: string, name: string): string => `runbook proof\n${socket}\n${name}\n`;

export const newProofName = (): string => randomBytes(32).toString('hex');

/** `shared`: anybody may put a file there, nobody may list, replace or remove those of others. */
export function openProofFolder(socket: string, shared: boolean): void {
  const folder = proofFolder(socket);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  const file = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    fchmodSync(file, shared ? 0o1733 : 0o700);
  } finally {
    closeSync(file);
  }
}

/** The viewer's part; returns how to remove the file again. Throws when the name is none of ours or the file cannot be made. */
export function giveProof(socket: string, name: string): () => void {
  if (!nameForm.test(name)) throw new Error('the engine asks for a proof with an unexpected name');
  const path = join(proofFolder(socket), name);
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    writeSync(file, contentOf(socket, name));
    // Readable for an engine of another user, writable for its owner only.
    fchmodSync(file, 0o644);
  } finally {
    closeSync(file);
  }
  return () => {
    rmSync(path, { force: true });
  };
}

export type Proof = { readonly ok: true; readonly uid: number } | { readonly ok: false; readonly why: string };

/** The engine's part. Looks at the open file, so nothing can be put in its place between looking and reading. */
export function checkProof(socket: string, name: string): Proof {
  const path = join(proofFolder(socket), name);
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (problem) {
    return { ok: false, why: `the proof of the user cannot be read: ${(problem as Error).message}` };
  }
  try {
    const found = fstatSync(file);
    const expected = contentOf(socket, name);
    if (!found.isFile()) return { ok: false, why: 'the proof of the user is not a regular file' };
    if (found.nlink !== 1) return { ok: false, why: 'the proof of the user has more than one name' };
    if ((found.mode & 0o022) !== 0) return { ok: false, why: 'the proof of the user can be written by others' };
    if (textOf(file, expected.length + 1) !== expected)
      return { ok: false, why: 'the proof of the user was made for something else' };
    return { ok: true, uid: found.uid };
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

function textOf(file: number, limit: number): string {
  const bytes = Buffer.alloc(limit);
  return bytes.toString('utf8', 0, readSync(file, bytes, 0, limit, 0));
}
