/**
 * The approval door: a folder of its own for each run that asks for approvals, which every user of the host can enter and nobody can list. Its socket
 * shows a proven user the approvals that this user may give, and takes the answers; nothing else of the run can be seen or done through it.
 */
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const prefix = 'runbook-approve-';

/** The same for all users, unlike their own temporary folders. */
const parentOf = (env: NodeJS.ProcessEnv): string => env['RUNBOOK_APPROVAL_DIR'] ?? '/tmp';

const socketIn = (folder: string): string => join(folder, 'socket');

/** The door of a run, made new; what a killed engine of the same run left there is removed. Throws when the folder belongs to somebody else. */
export function makeDoor(run: string, env: NodeJS.ProcessEnv = process.env): string {
  const folder = join(parentOf(env), `${prefix}${run}`);
  const left = lstatSync(folder, { throwIfNoEntry: false });
  if (left !== undefined) {
    if (!left.isDirectory() || left.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
    rmSync(folder, { recursive: true });
  }
  mkdirSync(folder, { mode: 0o700 });
  return socketIn(folder);
}

export interface Door {
  readonly run: string;
  readonly socket: string;
  /** Whose engine it is. */
  readonly uid: number;
}

/** The doors of this host whose run begins like that. Only folders with a socket of the same owner: anybody may put things beside them. */
export function findDoors(run: string, env: NodeJS.ProcessEnv = process.env): readonly Door[] {
  const parent = parentOf(env);
  return namesIn(parent).flatMap((name) => {
    if (!name.startsWith(prefix + run)) return [];
    const folder = lstatSync(join(parent, name), { throwIfNoEntry: false });
    const socket = folder?.isDirectory() === true ? socketOf(join(parent, name)) : undefined;
    if (folder === undefined || socket?.uid !== folder.uid) return [];
    return [{ run: name.slice(prefix.length), socket: socketIn(join(parent, name)), uid: folder.uid }];
  });
}

function socketOf(folder: string): { readonly uid: number } | undefined {
  try {
    const found = lstatSync(socketIn(folder));
    return found.isSocket() ? found : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
