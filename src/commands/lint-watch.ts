/** `runbook lint --watch`: again after each change of a file that was read, or of its folder (new files, editors that replace). */
import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { exitCodes } from './exit.ts';
import { report } from './problem.ts';
import { printError } from './terminal.ts';

/** An editor's save is several events. */
const settleMs = 80;

/** Runs until INT or TERM; what is wrong with one pass (a file that is gone) is said and the next change is waited for. */
export async function watchAndLint(pass: () => Promise<{ readonly files: readonly string[] }>): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop.abort());
  let folders: readonly string[] = [process.cwd()];
  while (!stop.signal.aborted) {
    try {
      const { files } = await pass();
      folders = [...new Set(files.map((path) => dirname(path)))];
    } catch (problem) {
      await report(problem);
    }
    await printError('watching; Ctrl-C ends');
    await changed(folders, stop.signal);
  }
  return exitCodes.succeeded;
}

function changed(folders: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const watchers: FSWatcher[] = [];
    const end = (): void => {
      for (const one of watchers) one.close();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const event = (_kind: string, name: string | null): void => {
      if (name !== null && !/\.ya?ml$/.test(name)) return;
      clearTimeout(timer);
      timer = setTimeout(end, settleMs);
    };
    if (signal.aborted) {
      end();
      return;
    }
    signal.addEventListener('abort', end, { once: true });
    for (const folder of folders) watchers.push(watch(folder, event));
  });
}
