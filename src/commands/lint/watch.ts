/** `runbook lint --watch`: again after each change of a file that was read, or of its folder (new files, editors that replace). */
import type { FSWatcher } from 'node:fs';
import { statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { exitCodes } from '../../console/exit-codes.ts';
import { reportProblem } from '../../console/problem.ts';
import { printError } from '../../console/terminal.ts';

/** An editor's save is several events. */
const settleMs = 80;

/** File systems without events (shared folders of virtual machines, some containers) are looked at as well. */
const lookMs = 1000;

/**
 * Runs until INT or TERM; a failed pass (a file that was removed) is reported, and the next change is awaited.
 * `pass` names the files before it reads the first one, so that no change is missed between reading and watching.
 */
export async function watchAndLint(pass: (reading: (files: readonly string[]) => void) => Promise<unknown>): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop.abort());
  const watched = watchFolders(stop.signal);
  watched.follow([process.cwd()]);
  while (!stop.signal.aborted) {
    let seen: ReadonlyMap<string, string> = new Map();
    try {
      await pass((files) => {
        watched.follow([...new Set(files.map((path) => dirname(path)))]);
        seen = states(files);
      });
    } catch (problem) {
      await reportProblem(problem);
    }
    await printError('watching; Ctrl-C ends');
    await watched.changed(() => differ(seen, states([...seen.keys()])));
  }
  watched.close();
  return exitCodes.succeeded;
}

/** Path to what changes when a file is written; a file that was removed has a state too. */
function states(files: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    files.map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return [path, found === undefined ? 'gone' : `${String(found.mtimeMs)} ${String(found.size)} ${String(found.ino)}`];
    }),
  );
}

const differ = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  [...one].some(([path, state]) => other.get(path) !== state);

interface Watched {
  /** Folders whose events count from now on. */
  follow(folders: readonly string[]): void;
  /** Resolves after an event since the last call, when `look` says so, or when the signal is aborted. */
  changed(look: () => boolean): Promise<void>;
  close(): void;
}

function watchFolders(signal: AbortSignal): Watched {
  const watchers = new Map<string, FSWatcher>();
  let happened = false;
  let wake: () => void = () => undefined;
  const event = (_kind: string, name: string | null): void => {
    if (name !== null && !/\.ya?ml$/.test(name)) return;
    happened = true;
    wake();
  };
  return {
    follow: (folders) => {
      for (const [folder, watcher] of watchers)
        if (!folders.includes(folder)) {
          watcher.close();
          watchers.delete(folder);
        }
      for (const folder of folders) if (!watchers.has(folder)) watchers.set(folder, watch(folder, event));
    },
    changed: (look) =>
      new Promise((resolve) => {
        let settle: NodeJS.Timeout | undefined;
        const end = (): void => {
          clearTimeout(settle);
          clearInterval(looking);
          signal.removeEventListener('abort', end);
          happened = false;
          wake = () => undefined;
          resolve();
        };
        wake = () => {
          clearTimeout(settle);
          settle = setTimeout(end, settleMs);
        };
        const looking = setInterval(() => {
          if (settle === undefined && look()) wake();
        }, lookMs);
        signal.addEventListener('abort', end, { once: true });
        if (signal.aborted) end();
        else if (happened) wake();
      }),
    close: () => {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
