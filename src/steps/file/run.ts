/** Performs file steps. What is put back is compared first: a file that somebody else has changed since stays unchanged (F49). */
import { readSshTarget } from '../../clients/ssh-target.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { isCredential } from './credentials.ts';
import type { Format, Scalar } from './formats.ts';
import { dataOf, FormatError, formatOf, withValue } from './formats.ts';
import type { FilePlace, LoadedFile } from './place.ts';
import { ChangedMeanwhile, here, shaOf } from './place.ts';
import { RemoteFault, there } from './remote.ts';

interface Params {
  readonly read?: string;
  readonly edit?: string;
  readonly set?: Readonly<Record<string, Scalar>>;
  readonly format?: Format;
}

export const runner: Runner = {
  open: async (open): Promise<Session> => {
    const place = open.targetType === 'ssh' ? there(readSshTarget(open.target, open.directory)) : here;
    return {
      describe: (params) => words(params as Params),
      run: async (params, context) => guarded(() => perform(place, params as Params, context)),
      preview: async (params, context) => {
        const { path, text } = await load(place, params as Params, context);
        const { changes } = edited(text, params as Params);
        const lines = Object.entries(changes).map(
          ([key, one]) => `${path} ${key}: ${shown(key, one.from)} -> ${shown(key, one.to)}`,
        );
        return { diff: lines.length === 0 ? `${path} stays unchanged` : lines.join('\n'), data: { changes } };
      },
      capture: async (params, context) => {
        const { text } = await load(place, params as Params, context);
        return { before: text, after: shaOf(edited(text, params as Params).text) };
      },
      restore: async (old, params, context) => guarded(() => restore(place, old, params as Params, context)),
      close: async () => undefined,
    };
  },
};

const words = (params: Params): string =>
  params.edit === undefined ? `read ${params.read ?? ''}` : `set ${Object.keys(params.set ?? {}).join(', ')} in ${params.edit}`;

/** The value that a credential had is still a secret, and nobody has told the engine so. */
const shown = (key: string, value: Json): string => (isCredential(key) ? '***' : JSON.stringify(value));

const load = (place: FilePlace, params: Params, context: RunContext): Promise<LoadedFile> =>
  place.load(params.edit ?? params.read ?? '', context);

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

async function perform(place: FilePlace, params: Params, context: RunContext): Promise<Done> {
  const { path, text } = await load(place, params, context);
  if (params.edit === undefined) {
    const data = dataOf(text, formatOf(path, params.format));
    const result = { path, sha: shaOf(text), text, data: data === undefined ? text : data.json };
    return { ok: true, changed: false, result, int64: data?.int64 ?? [] };
  }
  const after = edited(text, params);
  if (Object.keys(after.changes).length > 0) await place.replace(path, text, after.text, context);
  const changed = Object.keys(after.changes).length > 0;
  return { ok: true, changed, result: { path, sha: shaOf(after.text), changes: after.changes } };
}

async function restore(place: FilePlace, old: Json, params: Params, context: RunContext): Promise<Done> {
  const { before, after } = old as { readonly before: string; readonly after: string };
  const { path, text } = await load(place, params, context);
  if (text === before) return { ok: true, changed: false, result: { path, sha: shaOf(text) } };
  if (shaOf(text) !== after && context.overwrite !== true)
    throw new ChangedMeanwhile(`${path} was changed by somebody else since`);
  await place.replace(path, text, before, context);
  return { ok: true, changed: true, result: { path, sha: shaOf(before) } };
}

/** Nothing has been written when this fails: the rename is the last act. */
async function guarded(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (problem) {
    if (problem instanceof RemoteFault) return problem.done;
    const { message, code } = problem as NodeJS.ErrnoException;
    const base = { ok: false, wire: 'refused', message } as const;
    if (problem instanceof ChangedMeanwhile)
      return { ...base, class: 'validation', code: 'changed-meanwhile', hint: 'nothing was overwritten' };
    if (problem instanceof FormatError) return { ...base, class: 'validation', code: 'format' };
    return { ...base, class: code === 'EACCES' || code === 'EPERM' ? 'auth' : 'config', code: code ?? 'file' };
  }
}
