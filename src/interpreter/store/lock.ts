/** Locks between runs on one host: a file made exclusively, naming its holder. A holder that no longer lives is taken over at once (F44). */
import { closeSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from './processes.ts';
import { isAlive, ownIdentity } from './processes.ts';

export interface Holder extends ProcessIdentity {
  readonly lock: string;
  readonly run: string;
  readonly runbook: string;
  readonly operator: string;
  /** RFC 3339. */
  readonly since: string;
}

export type Lock = { readonly ok: true; release(): void } | { readonly ok: false; readonly holder: Holder };

export async function takeLock(root: string, name: string, who: Pick<Holder, 'run' | 'runbook' | 'operator'>): Promise<Lock> {
  const folder = join(root, 'locks');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${encodeURIComponent(name)}.lock`);
  const own: Holder = { lock: name, ...who, ...ownIdentity(), since: new Date().toISOString() };
  const text = JSON.stringify(own);
  for (;;) {
    if (claim(path, text))
      return {
        ok: true,
        release: () => {
          release(path, text);
        },
      };
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (isAlive(holder)) return { ok: false, holder };
    takeAway(path, JSON.stringify(holder));
  }
}

/** The holder of a lock, living or dead; undefined when nobody holds it. */
export function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Written beside and linked: the file appears whole or not at all. */
function claim(path: string, text: string): boolean {
  const own = `${path}.${String(process.pid)}.${String(process.hrtime.bigint())}`;
  const file = openSync(own, 'wx', 0o600);
  writeSync(file, text);
  closeSync(file);
  try {
    linkSync(own, path);
    return true;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'EEXIST') throw problem;
    return false;
  } finally {
    unlinkSync(own);
  }
}

/** Moves a dead holder's file aside; if somebody else was quicker and the moved file is a living one's, it is put back. */
function takeAway(path: string, dead: string): void {
  const aside = `${path}.dead.${String(process.pid)}.${String(process.hrtime.bigint())}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, 'utf8') !== dead) {
    try {
      linkSync(aside, path);
    } catch {
      // a third one holds it by now
    }
  }
  rmSync(aside, { force: true });
}

function release(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) unlinkSync(path);
  } catch {
    // taken away already
  }
}
