/** Services that evaluate flags: OpenFeature's remote evaluation protocol, and flagd with the file that defines its flags. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { headersOf } from '../../../clients/http.ts';
import { replaceFile } from '../../../clients/replace-file.ts';
import { parseLosslessJson } from '../../../interpreter/core/model/json.ts';
import type { Json } from '../../../interpreter/core/model/value.ts';
import type { FlagCall, FlagEntry, FlagFailure, FlagRead, Provider } from './provider.ts';
import { flagChanged, misconfigured, noFlag, readOnly, flagRefused } from './provider.ts';
import { askServer, statusFailure } from './web.ts';

/** POST /ofrep/v1/evaluate/flags/NAME with the context; a server of this protocol cannot set flags. */
export function ofrepProvider(entry: FlagEntry, named: (flag: string) => string): Provider {
  const base = (entry.url ?? '').replace(/\/$/, '');
  const read = async (flag: string, call: FlagCall): Promise<FlagRead> => {
    const url = `${base}/ofrep/v1/evaluate/flags/${encodeURIComponent(named(flag))}`;
    const found = await askServer(
      { method: 'POST', url, headers: headersOf(entry), body: { context: entry.context ?? {} } },
      call,
    );
    if (!found.ok) return found;
    const code = found.body['errorCode'];
    if (found.status === 404 && code === 'FLAG_NOT_FOUND') return noFlag(named(flag), `at ${base}`);
    if (found.status !== 200) return statusFailure(found, 'the evaluation');
    if (typeof code === 'string') return flagRefused(code, `the flag ${named(flag)} cannot be evaluated: ${code}`);
    return valued(flag, found.body['value'], found.body['variant']);
  };
  return {
    named,
    read,
    write: async () => readOnly('OFREP'),
    may: async (flag, what, call) => {
      const found = await read(flag, call);
      if (!found.ok) return found.class === 'auth' ? { ok: true, may: false } : found;
      return { ok: true, may: what === 'read' };
    },
    close: async () => undefined,
  };
}

interface Definition {
  readonly state?: string;
  readonly variants?: Readonly<Record<string, Json>>;
  readonly defaultVariant?: string;
}

/** Reads what flagd evaluates; sets by changing `defaultVariant` in the definition (`file`), targeting left alone, and flagd's answer proves it. */
export function flagdProvider(entry: FlagEntry, directory: string, named: (flag: string) => string): Provider {
  const base = (entry.url ?? '').replace(/\/$/, '');
  const path = entry.file === undefined ? undefined : resolve(directory, entry.file);
  const read = async (flag: string, call: FlagCall): Promise<FlagRead> => {
    const url = `${base}/flagd.evaluation.v1.Service/ResolveAll`;
    const found = await askServer(
      { method: 'POST', url, headers: headersOf(entry), body: { context: entry.context ?? {} } },
      call,
    );
    if (!found.ok) return found;
    if (found.status !== 200) return statusFailure(found, 'the evaluation');
    const all = (found.body['flags'] ?? {}) as Readonly<Record<string, Readonly<Record<string, Json>>>>;
    const own = Object.hasOwn(all, named(flag)) ? all[named(flag)] : undefined;
    if (own === undefined) return noFlag(named(flag), `that flagd evaluates at ${base} (a disabled one is not)`);
    return valued(flag, own['boolValue'] ?? own['stringValue'] ?? own['doubleValue'] ?? own['objectValue'], own['variant']);
  };
  return {
    named,
    read,
    write: async (flag, value, was, call) =>
      path === undefined ? readOnly('flagd without `file`') : define(path, named(flag), value, was.value, call.sent),
    may: async (flag, what, call) => {
      const found = await read(flag, call);
      return found.ok ? { ok: true, may: what === 'read' || path !== undefined } : found;
    },
    close: async () => undefined,
  };
}

async function define(
  path: string,
  flag: string,
  value: Json,
  was: Json,
  sent: () => void,
): Promise<{ readonly ok: true } | FlagFailure> {
  try {
    const text = await readFile(path, 'utf8');
    const all = parseLosslessJson(text) as { readonly flags?: Readonly<Record<string, Definition>> };
    const own = all.flags?.[flag];
    if (own === undefined) return noFlag(flag, `in ${path}`);
    const variants = own.variants ?? {};
    if (!isDeepStrictEqual(variants[own.defaultVariant ?? ''], was)) return flagChanged(flag);
    const variant = Object.keys(variants).find((name) => isDeepStrictEqual(variants[name], value));
    if (variant === undefined)
      return misconfigured('no-variant', `the flag ${flag} has no variant with the value ${JSON.stringify(value)}`);
    const next = { ...all, flags: { ...all.flags, [flag]: { ...own, defaultVariant: variant } } };
    let raced = false;
    await replaceFile(path, `${JSON.stringify(next, null, 2)}\n`, async () => {
      raced = (await readFile(path, 'utf8')) !== text;
      if (raced) throw new Error('changed meanwhile');
      sent();
    }).catch((problem: unknown) => {
      if (!raced) throw problem;
    });
    return raced ? flagChanged(flag) : { ok: true };
  } catch (problem) {
    return misconfigured('file', (problem as Error).message);
  }
}

const valued = (flag: string, value: Json | undefined, variant: Json | undefined): FlagRead =>
  value === undefined
    ? flagRefused('no-value', `the service leaves the value of ${flag} to the code's own default`)
    : { ok: true, value, version: typeof variant === 'string' ? variant : JSON.stringify(value) };
