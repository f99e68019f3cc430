/** Locks between runs on one host: a file made exclusively, naming its holder. A holder that no longer lives is taken over at once (F44). */
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
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
  readonly released?: true;
}

export type Lock = { readonly ok: true; release(): void } | { readonly ok: false; readonly holder: Holder };

/**
 * Holders are numbered files `<name>.<n>.lock`; the highest number holds. A new holder links the next number, which only one process can do, and
 * nothing is ever moved or taken from under a living holder: lower numbers are removed, the highest stays, also when it is released.
 */
export async function takeLock(root: string, name: string, who: Pick<Holder, 'run' | 'runbook' | 'operator'>): Promise<Lock> {
  const folder = join(root, 'locks');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const base = encodeURIComponent(name);
  const own: Holder = { lock: name, ...who, ...ownIdentity(), since: new Date().toISOString() };
  for (;;) {
    const highest = numbersOf(folder, base).at(-1) ?? 0;
    const found = highest === 0 ? undefined : readText(pathOf(folder, base, highest));
    // Removed meanwhile: somebody holds a higher number by now.
    if (highest > 0 && found === undefined) continue;
    const holder = found === undefined ? undefined : holderOf(found);
    if (holder !== undefined && holder.released !== true && isAlive(holder)) return { ok: false, holder };
    const next = highest + 1;
    const path = pathOf(folder, base, next);
    if (!claim(path, JSON.stringify(own))) continue;
    // The number may have been used and cleared since it was looked up; whoever cleared it holds a higher one, and had it before clearing.
    if ((numbersOf(folder, base).at(-1) ?? 0) > next) {
      rmSync(path, { force: true });
      continue;
    }
    for (const number of numbersOf(folder, base)) if (number < next) rmSync(pathOf(folder, base, number), { force: true });
    return {
      ok: true,
      release: () => {
        release(path, own);
      },
    };
  }
}

const pathOf = (folder: string, base: string, number: number): string => join(folder, `${base}.${String(number)}.lock`);

/** Ascending. */
function numbersOf(folder: string, base: string): readonly number[] {
  const numbers = readdirSync(folder)
    .filter((name) => name.startsWith(`${base}.`) && /^\d+\.lock$/.test(name.slice(base.length + 1)))
    .map((name) => Number(name.slice(base.length + 1, -'.lock'.length)));
  return numbers.sort((a, b) => a - b);
}

/** The holder that a lock file names, living or dead; undefined when it was released or is unreadable. */
export function readHolder(path: string): Holder | undefined {
  const text = readText(path);
  const holder = text === undefined ? undefined : holderOf(text);
  return holder?.released === true ? undefined : holder;
}

/** Undefined when there is no such file; any other failure is thrown, since waiting would not mend it. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'ENOENT') throw problem;
    return undefined;
  }
}

/** A file is linked whole, so one that cannot be read was cut by a failure of power, and its holder is gone. */
function holderOf(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder | null;
    return holder !== null && typeof holder === 'object' ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and linked: the file appears whole or not at all. */
function claim(path: string, text: string): boolean {
  const own = `${path}.${String(process.pid)}.${String(process.hrtime.bigint())}`;
  try {
    writeWhole(own, text);
    linkSync(own, path);
    return true;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'EEXIST') throw problem;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function writeWhole(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Replaced whole by a rename; the number stays taken, so that the next holder gets a higher one. */
function release(path: string, own: Holder): void {
  const beside = `${path}.released.${String(process.pid)}`;
  try {
    writeFileSync(beside, JSON.stringify({ ...own, released: true }), { mode: 0o600 });
    renameSync(beside, path);
  } catch {
    // a lock that cannot be released ends with this process
  }
}
