/** Many files on all cores: this thread and helpers each take the next few files until none is left. The order of findings stays that of the files. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readText } from '../../interpreter/document/read-text.ts';
import type { Against, Linter, Looked } from './one.ts';
import { errorsIn, hasAnything, mostErrors, shownName } from './one.ts';
import { packageRoot } from '../../console/package-root.ts';

/** Files that a thread takes at a time: few enough that all end together. */
const handful = 16;

/** More threads wait for the disk and for memory. */
const mostThreads = 8;

/** What a helper gets. */
export interface WorkerPart {
  readonly files: readonly string[];
  readonly directory: string;
  readonly against: Against;
  /** Index of the next file that nobody has taken, and the number of errors so far. */
  readonly next: SharedArrayBuffer;
}

/** What was found, and how many of the files were looked at: from the first one on. */
export interface LookedAt {
  readonly found: ReadonlyMap<number, Looked>;
  readonly files: number;
}

/** Index of a file, and what was found in it; files without anything are left out, so that memory stays flat. */
export type FoundByFile = readonly (readonly [number, Looked])[];

/** By the index of the file. A helper that fails, for whatever reason, is replaced: all is done again here, where a problem can be reported. */
export async function lintMany(linter: Linter, files: readonly string[], directory: string, against: Against): Promise<LookedAt> {
  const part: WorkerPart = { files, directory, against, next: new SharedArrayBuffer(8) };
  const helpers = Array.from({ length: Math.min(availableParallelism(), mostThreads) - 1 }, () => help(part));
  const [own, ...others] = await Promise.allSettled([takeTurns(linter, part), ...helpers]);
  const done = [own, ...others].flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (done.length === helpers.length + 1) return lookedAt(part, done.flat());
  const alone = { ...part, next: new SharedArrayBuffer(8) };
  return lookedAt(alone, await takeTurns(linter, alone));
}

const lookedAt = ({ files, next }: WorkerPart, found: FoundByFile): LookedAt => ({
  found: new Map(found),
  files: Math.min(files.length, new Int32Array(next)[0] ?? 0),
});

/** Lints handfuls until no file is left, or there are errors enough. */
export async function takeTurns(linter: Linter, { files, directory, next }: WorkerPart): Promise<FoundByFile> {
  const turn = new Int32Array(next);
  const found: [number, Looked][] = [];
  while (Atomics.load(turn, 1) < mostErrors) {
    const from = Atomics.add(turn, 0, handful);
    if (from >= files.length) break;
    for (const [offset, path] of files.slice(from, from + handful).entries()) {
      const shown = shownName(directory, path);
      const read = readText(path, shown);
      const looked = read.ok ? await linter.look(read.text, shown) : { findings: [read.diagnostic] };
      if (hasAnything(looked)) found.push([from + offset, looked]);
      Atomics.add(turn, 1, errorsIn(looked));
    }
    optimiseSoon();
  }
  return found;
}

/**
 * The loader lets V8 optimise late, because a short command ends before that pays (scripts/build/loader.cjs); here it pays. And the young heap, which V8 doubles
 * as long as much survives, stays small: nothing of a file is needed after it. Not before the first files: what they load comes from a code cache, which
 * belongs to the flags it was made under.
 */
function optimiseSoon(): void {
  const v8 = process.getBuiltinModule('node:v8');
  v8.setFlagsFromString('--interrupt-budget=66000');
  v8.setFlagsFromString('--semi-space-growth-factor=1');
}

/** MiB of young heap in a helper, which is not asked again by flags. */
const youngHeap = 8;

function help(part: WorkerPart): Promise<FoundByFile> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(packageRoot(), 'dist', 'cli.js'), {
      argv: ['lintpart'],
      workerData: part,
      resourceLimits: { maxYoungGenerationSizeMb: youngHeap },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => {
      reject(new Error('a helper of lint ended without an answer'));
    });
  });
}
