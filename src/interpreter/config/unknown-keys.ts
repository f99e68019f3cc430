/**
 * Errors that escape a package: a rejected promise nobody awaits, a throw in a callback. Without this they would end the engine; with it, they
 * end the attempts that the package is performing, by name, and the run continues to its failure policy (F8).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';

export interface Strays {
  /** `folder`: where the package's code lies. */
  of(folder: string, name: string): StraysOf;
}

export interface StraysOf {
  /** Rejects when an error of this package escapes meanwhile. */
  during<T>(work: () => T | Promise<T>): Promise<T>;
}

interface Watched {
  readonly places: readonly string[];
  readonly name: string;
  readonly working: Set<(problem: Error) => void>;
}

/** Nothing is listened to before the first package is loaded. One for all packages of a process: each error is looked at once. */
export function createStrays(): Strays {
  const all: Watched[] = [];
  const during = new AsyncLocalStorage<Watched>();
  /** An error that comes from no package ends the engine as before. */
  const heard = (problem: unknown): void => {
    const stack = problem instanceof Error ? (problem.stack ?? '') : '';
    const from =
      all.find(({ places }) => places.some((place) => stack.includes(place))) ??
      (nameless(stack) ? during.getStore() : undefined);
    if (from === undefined) throw problem;
    for (const fail of from.working) fail(new Error(`${from.name}: an error escaped it: ${wordsOf(problem)}`));
  };
  return {
    of: (folder, name) => {
      const place = `${folder}/`;
      const known = all.find(({ places }) => places.includes(place));
      const own = known ?? { places: [place, `${pathToFileURL(folder).href}/`], name, working: new Set() };
      // As long as the engine lives: what a package began may fail after its step has ended.
      if (all.length === 0) process.on('uncaughtException', heard);
      if (known === undefined) all.push(own);
      return { during: (work) => during.run(own, () => raced(work, own.working)) };
    },
  };
}

/** A broken connection, a rejected text: the stack names no file at all, and who began it tells whose it is. */
const nameless = (stack: string): boolean => !/^ +at .*(\(|\s|file:\/\/)\//m.test(stack);

const wordsOf = (problem: unknown): string => (problem instanceof Error ? problem.message : String(problem));

/** For tests of a package: an error that escapes is the test's to see. */
export const noStrays: Strays = { of: () => ({ during: async (work) => work() }) };

async function raced<T>(work: () => T | Promise<T>, working: Watched['working']): Promise<T> {
  let fail: (problem: Error) => void = () => undefined;
  const escaped = new Promise<never>((_, reject) => {
    fail = reject;
    working.add(reject);
  });
  try {
    return await Promise.race([Promise.resolve(work()), escaped]);
  } finally {
    working.delete(fail);
  }
}
