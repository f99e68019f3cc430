/** A JSON object in a file, one key a flag; replaced as a whole by a rename, mode and owner kept. */
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { replaceFile } from '../../../clients/replace-file.ts';
import { parseLosslessJson } from '../../../interpreter/core/model/json.ts';
import type { Json } from '../../../interpreter/core/model/value.ts';
import type { FlagEntry, FlagFailure, Provider } from './provider.ts';
import { flagChanged, misconfigured, noFlag } from './provider.ts';

type Flags = Readonly<Record<string, Json>>;

export function fileProvider(entry: FlagEntry, directory: string, named: (flag: string) => string): Provider {
  const path = resolve(directory, entry.file ?? 'flags.json');
  const load = async (): Promise<{ readonly text: string; readonly flags: Flags }> => {
    const text = await readFile(path, 'utf8');
    const flags = lossless(text, path);
    if (flags === null || typeof flags !== 'object' || Array.isArray(flags)) throw new Error(`${path} is not a JSON object`);
    return { text, flags: flags as Flags };
  };
  const wrong = (problem: unknown): FlagFailure => misconfigured('file', (problem as Error).message);
  return {
    named,
    read: async (flag) => {
      try {
        const { flags } = await load();
        const value = Object.hasOwn(flags, named(flag)) ? flags[named(flag)] : undefined;
        return value === undefined ? noFlag(named(flag), `in ${path}`) : { ok: true, value, version: JSON.stringify(value) };
      } catch (problem) {
        return wrong(problem);
      }
    },
    write: async (flag, value, was, call) => {
      try {
        const { text, flags } = await load();
        if (!isDeepStrictEqual(flags[named(flag)], was.value)) return flagChanged(flag);
        let raced = false;
        await replaceFile(path, `${JSON.stringify({ ...flags, [named(flag)]: value }, null, 2)}\n`, async () => {
          raced = (await readFile(path, 'utf8')) !== text;
          if (raced) throw new Error('changed meanwhile');
          call.sent();
        }).catch((problem: unknown) => {
          if (!raced) throw problem;
        });
        return raced ? flagChanged(flag) : { ok: true };
      } catch (problem) {
        return wrong(problem);
      }
    },
    may: async (_flag, what) => {
      try {
        const { mode } = await stat(path);
        const marked = (mode & (what === 'read' ? 0o444 : 0o222)) !== 0;
        const can = await possible(path, what === 'read' ? constants.R_OK : constants.W_OK);
        // a rename needs the folder
        const folder = what === 'read' || (await possible(dirname(path), constants.W_OK));
        return { ok: true, may: marked && can && folder };
      } catch (problem) {
        return wrong(problem);
      }
    },
    close: async () => undefined,
  };
}

/** The whole file is written anew, so every number in it must be kept, not only that of the flag. */
function lossless(text: string, path: string): Json {
  try {
    return parseLosslessJson(text);
  } catch (problem) {
    throw new Error(`${path}: ${(problem as Error).message}`, { cause: problem });
  }
}

const possible = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );
