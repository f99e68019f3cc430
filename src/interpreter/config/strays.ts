/**
 * Errors that escape a package: a rejected promise nobody awaits, a throw in a callback. Without this they would end the engine; with it, they
 * end the attempts that the package is performing, by name, and the run goes on to its failure policy (F8).
 */
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
  /** An error whose stack names no package is not theirs and ends the engine as before. */
  const heard = (problem: unknown): void => {
    const stack = problem instanceof Error ? (problem.stack ?? '') : '';
    const from = all.find(({ places }) => places.some((place) => stack.includes(place)));
    if (from === undefined) throw problem;
    for (const one of all.filter(({ name }) => name === from.name))
      for (const fail of one.working) fail(new Error(`${one.name}: an error escaped it: ${(problem as Error).message}`));
  };
  return {
    of: (folder, name) => {
      const place = `${folder}/`;
      const known = all.find(({ places }) => places.includes(place));
      if (known !== undefined) return { during: (work) => raced(work, known.working) };
      // As long as the engine lives: what a package began may fail after its step has ended.
      if (all.length === 0) process.on('uncaughtException', heard);
      const working: Watched['working'] = new Set();
      all.push({ places: [place, `${pathToFileURL(folder).href}/`], name, working });
      return { during: (work) => raced(work, working) };
    },
  };
}

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
