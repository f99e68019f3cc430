/**
 * Runs the module of a package: from a private copy of the bytes that were hashed, behind a guard that believes nothing. What it answers is
 * copied, checked against its own manifest, and brought back into the port's words; what escapes it fails its own steps (F8).
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Done, Manifest, OpenContext, RunContext, Runner, Session } from '../port/step-type.ts';
import { importModule } from './import-module.ts';
import { isObject, plainJson, readDone } from './outside-answer.ts';
import type { PackageFiles } from './package-files.ts';
import { readPackageFiles } from './package-files.ts';
import { resultValidator } from './step-type-schema.ts';
import type { Strays, StraysOf } from '../config/unknown-keys.ts';

export interface OutsideModule {
  readonly manifest: Manifest;
  readonly content: PackageFiles;
  /** `./run.js` */
  readonly module: string;
  /** `name@version`, for messages. */
  readonly name: string;
  readonly copies: string;
  readonly strays: Strays;
}

/** A module has only itself to load: nothing of it comes over a network. */
const loadingMs = 10_000;

/** Throws with words when the module cannot be loaded or exports no runner; the step then fails before anything was sent. */
export async function outsideRunner(outside: OutsideModule): Promise<Runner> {
  const folder = copyOf(outside.content, outside.copies);
  const strays = outside.strays.of(folder, outside.name);
  const loading = strays.during(() => importModule(pathToFileURL(join(folder, outside.module)).href));
  const exported = await inTime(loading, loadingMs, 'it took too long').catch((problem: unknown) => {
    throw new Error(`${outside.name}: ${outside.module} cannot be loaded: ${wordsOf(problem)}`);
  });
  const { runner } = exported;
  if (!isObject(runner) || typeof runner['open'] !== 'function')
    throw new Error(`${outside.name}: ${outside.module} exports no runner with open()`);
  const given = runner as unknown as Runner;
  return {
    open: async (context) =>
      guarded(
        await stoppable(
          strays.during(() => given.open(context)),
          context,
        ),
        outside,
        strays,
      ),
  };
}

/** Written once and checked at each use: who can change it could change this program, but a torn copy must not run. */
function copyOf(content: PackageFiles, copies: string): string {
  const folder = join(copies, content.hash.replace(':', '-'));
  if (isCopy(folder, content.hash)) return folder;
  const fresh = `${folder}.${randomBytes(6).toString('hex')}`;
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  for (const { path, bytes } of content.files) {
    mkdirSync(dirname(join(fresh, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(fresh, path), bytes, { mode: 0o600, flag: 'wx' });
  }
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(fresh, folder);
  } catch (problem) {
    // Another run of the same moment was quicker.
    rmSync(fresh, { recursive: true, force: true });
    if (!isCopy(folder, content.hash)) throw problem;
  }
  return folder;
}

function isCopy(folder: string, hash: string): boolean {
  try {
    return readPackageFiles(folder).hash === hash;
  } catch {
    return false;
  }
}

function guarded(given: Session | null | undefined, { manifest, name }: OutsideModule, strays: StraysOf): Session {
  if (!isObject(given)) throw new Error(`${name}: it opened no session`);
  const session = given as unknown as Session;
  const missing = (['describe', 'run', 'close'] as const).filter((one) => typeof session[one] !== 'function');
  if (missing.length > 0) throw new Error(`${name}: its session has no ${missing.join(', ')}`);
  const wrongResult = resultValidator(manifest);
  const answer = async (work: (context: RunContext) => Promise<unknown>, context: RunContext): Promise<Done> => {
    let sent = false;
    let tooLate: Error | undefined;
    const watched: RunContext = {
      ...context,
      sent: () => {
        // The step has ended as one that sent nothing; a package that did not heed its signal must not send now.
        if (!sent && context.signal.aborted) throw (tooLate = new Error('stopped before anything was sent'));
        sent = true;
        context.sent();
      },
    };
    const said = await strays
      .during(() => work(watched))
      .catch((problem: unknown) => {
        if (tooLate !== undefined && problem === tooLate)
          return { ok: false, wire: 'notStarted', class: 'timeout', code: 'stopped', message: tooLate.message };
        throw problem;
      });
    const done = readDone(said, wrongResult);
    // What has left may have acted, whatever the package says.
    return !done.ok && done.wire === 'notStarted' && sent ? { ...done, wire: 'unknown' } : done;
  };
  return {
    describe: (params) => String(session.describe(params)),
    run: (params, context) => answer((watched) => session.run(params, watched), context),
    ...(session.capture === undefined
      ? {}
      : { capture: async (params, context) => plainJson(await strays.during(() => session.capture?.(params, context))) }),
    ...(session.restore === undefined
      ? {}
      : {
          restore: (old, params, context) =>
            answer((watched) => session.restore?.(old, params, watched) ?? Promise.resolve(undefined), context),
        }),
    ...(session.preview === undefined
      ? {}
      : {
          preview: async (params, context) => {
            const seen = await strays.during(() => session.preview?.(params, context));
            return { diff: String(seen?.diff ?? ''), data: plainJson(seen?.data) };
          },
        }),
    ...(session.facts === undefined
      ? {}
      : {
          facts: async (params, context) => {
            const effect = (await strays.during(() => session.facts?.(params, context)))?.effect;
            return { effect: effect === 'read' || effect === 'write' ? effect : 'destructive' };
          },
        }),
    close: async () => {
      await session.close();
    },
  };
}

const wordsOf = (problem: unknown): string => (problem instanceof Error ? problem.message : String(problem));

/** Opening that heeds neither its signal nor its deadline would hold the step, or the preview of it. */
async function stoppable(work: Promise<Session>, { signal, deadline }: OpenContext): Promise<Session> {
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new Error('stopped while opening'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await inTime(Promise.race([work, stopped]), deadline, 'opening took too long');
  } catch (problem) {
    // What opens too late is closed; nobody uses it.
    void work.then((session) => session.close()).catch(() => undefined);
    throw problem;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Timers cannot be longer. */
const longestTimer = 2_000_000_000;

async function inTime<T>(work: Promise<T>, ms: number, words: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new Error(words));
      },
      Math.min(ms, longestTimer),
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
