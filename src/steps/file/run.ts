/** Performs file steps. What is put back is compared first: a file that somebody else has changed since stays as it is (F49). */
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { replaceFile } from '../../clients/replace-file.ts';
import type { Json } from '../../interpreter/core/value.ts';
import type { Done, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import type { Format, Scalar } from './formats.ts';
import { dataOf, FormatError, formatOf, withValue } from './formats.ts';

interface Params {
  readonly read?: string;
  readonly edit?: string;
  readonly set?: Readonly<Record<string, Scalar>>;
  readonly format?: Format;
}

const largest = 1024 * 1024;

export const runner: Runner = {
  open: async (): Promise<Session> => ({
    describe: (params) => words(params as Params),
    run: async (params, context) => guarded(() => perform(params as Params, context)),
    preview: async (params, context) => {
      const { path, text } = await load(params as Params, context);
      const { changes } = edited(text, params as Params);
      const lines = Object.entries(changes).map(
        ([key, one]) => `${path} ${key}: ${JSON.stringify(one.from)} -> ${JSON.stringify(one.to)}`,
      );
      return { diff: lines.length === 0 ? `${path} stays as it is` : lines.join('\n'), data: { changes } };
    },
    capture: async (params, context) => {
      const { text } = await load(params as Params, context);
      return { before: text, after: sha(edited(text, params as Params).text) };
    },
    restore: async (old, params, context) => guarded(() => restore(old, params as Params, context)),
    close: async () => undefined,
  }),
};

const words = (params: Params): string =>
  params.edit === undefined ? `read ${params.read ?? ''}` : `set ${Object.keys(params.set ?? {}).join(', ')} in ${params.edit}`;
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Loaded {
  /** Where the file truly is: a link stays a link. */
  readonly path: string;
  readonly text: string;
}

async function load(params: Params, context: Pick<RunContext, 'directory'>): Promise<Loaded> {
  const path = await realpath(resolve(context.directory, params.edit ?? params.read ?? ''));
  const { size } = await stat(path);
  if (size > largest) throw new FormatError(`it has ${String(size)} bytes; at most 1 MiB is read`);
  const bytes = await readFile(path);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw new FormatError('it is no UTF-8, and would be damaged by writing it');
  return { path, text };
}

interface Edited {
  readonly text: string;
  readonly changes: Readonly<Record<string, { readonly from: Json; readonly to: Json }>>;
}

function edited(text: string, params: Params): Edited {
  const format = formatOf(params.edit ?? params.read ?? '', params.format);
  let now = text;
  const changes: Record<string, { from: Json; to: Json }> = {};
  for (const [key, to] of Object.entries(params.set ?? {})) {
    const one = withValue(now, format, key, to);
    if (one.from === to || (typeof one.from === 'string' && typeof to !== 'string' && one.from === String(to))) continue;
    now = one.text;
    changes[key] = { from: one.from, to };
  }
  return { text: now, changes };
}

async function perform(params: Params, context: RunContext): Promise<Done> {
  const { path, text } = await load(params, context);
  if (params.edit === undefined) {
    const data = dataOf(text, formatOf(path, params.format));
    return { ok: true, changed: false, result: { path, sha: sha(text), text, data: data ?? text } };
  }
  const after = edited(text, params);
  if (Object.keys(after.changes).length > 0) await write(path, text, after.text, context);
  const changed = Object.keys(after.changes).length > 0;
  return { ok: true, changed, result: { path, sha: sha(after.text), changes: after.changes } };
}

/** Replaced as a whole, and only while it still is what was read. */
async function write(path: string, before: string, after: string, context: RunContext): Promise<void> {
  await replaceFile(path, after, async () => {
    if ((await readFile(path, 'utf8')) !== before) throw new ChangedMeanwhile(`${path} was changed by somebody else just now`);
    context.sent();
  });
}

class ChangedMeanwhile extends Error {}

async function restore(old: Json, params: Params, context: RunContext): Promise<Done> {
  const { before, after } = old as { readonly before: string; readonly after: string };
  const { path, text } = await load(params, context);
  if (text === before) return { ok: true, changed: false, result: { path, sha: sha(text) } };
  if (sha(text) !== after) throw new ChangedMeanwhile(`${path} was changed by somebody else since`);
  await write(path, text, before, context);
  return { ok: true, changed: true, result: { path, sha: sha(before) } };
}

/** Nothing has been written when this fails: the rename is the last act. */
async function guarded(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (problem) {
    const { message, code } = problem as NodeJS.ErrnoException;
    const base = { ok: false, wire: 'refused', message } as const;
    if (problem instanceof ChangedMeanwhile)
      return { ...base, class: 'validation', code: 'changed-meanwhile', hint: 'nothing was overwritten' };
    if (problem instanceof FormatError) return { ...base, class: 'validation', code: 'format' };
    return { ...base, class: code === 'EACCES' || code === 'EPERM' ? 'auth' : 'config', code: code ?? 'file' };
  }
}
