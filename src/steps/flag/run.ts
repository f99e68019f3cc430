/** Performs flag steps: write only if different, read back, restore only what is still ours (F49). */
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { changedMeanwhile } from '../../interpreter/port/step-type.ts';
import { openProvider } from './providers/open.ts';
import type { Provider } from './providers/provider.ts';

interface Params {
  readonly flag: string;
  readonly set?: Json;
  readonly may?: 'read' | 'write';
}

const seenAfterMs = 5000;
const pollMs = 100;

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => {
    const provider = await openProvider(open);
    return {
      describe: (params) => describe(params as unknown as Params, provider),
      run: async (params, context) => {
        const asked = params as unknown as Params;
        // Services would take it for the list of all flags.
        if (asked.flag === '')
          return { ok: false, wire: 'notStarted', class: 'config', code: 'no-flag', message: 'the name of the flag is empty' };
        if (asked.may !== undefined) return permission(provider, asked.flag, asked.may, context);
        return asked.set === undefined ? read(provider, asked.flag, context) : set(provider, asked.flag, asked.set, context);
      },
      capture: async (params, context) => {
        const found = await provider.read((params as unknown as Params).flag, context);
        if (!found.ok) throw new Error(found.message);
        return { value: found.value };
      },
      restore: async (old, params, context) =>
        restore(provider, params as unknown as Params, (old as { readonly value: Json }).value, context),
      preview: async (params, context) => {
        const asked = params as unknown as Params;
        const found = await provider.read(asked.flag, context);
        const now = found.ok ? JSON.stringify(found.value) : found.message;
        return { diff: `flag ${asked.flag}: ${now} -> ${JSON.stringify(asked.set ?? null)}`, data: null };
      },
      close: () => provider.close(),
    };
  },
};

/** With its name there, when it is another: so that a confirmation shows which flag it really is. */
function describe(params: Params, provider: Provider): string {
  const there = provider.named(params.flag);
  const name = there === params.flag ? params.flag : `${params.flag} (there ${there})`;
  if (params.set !== undefined) return `set flag ${name} to ${JSON.stringify(params.set)}`;
  return `${params.may === undefined ? 'read' : `may ${params.may}`} flag ${name}`;
}

async function permission(provider: Provider, flag: string, what: 'read' | 'write', context: RunContext): Promise<Done> {
  const answer = await provider.may(flag, what, context);
  if (!answer.ok) return answer;
  if (answer.may) return { ok: true, changed: false, result: { value: true } };
  return { ok: false, wire: 'refused', class: 'auth', code: 'not-permitted', message: `no permission to ${what} flag ${flag}` };
}

async function read(provider: Provider, flag: string, context: RunContext): Promise<Done> {
  const found = await provider.read(flag, context);
  return found.ok ? { ok: true, changed: false, result: { value: found.value, version: found.version } } : found;
}

async function set(provider: Provider, flag: string, value: Json, context: RunContext): Promise<Done> {
  const before = await provider.read(flag, context);
  if (!before.ok) return before;
  if (isDeepStrictEqual(before.value, value))
    return { ok: true, changed: false, result: { value, before: before.value, version: before.version } };
  const written = await provider.write(flag, value, before, context);
  if (!written.ok) return written;
  let last = JSON.stringify(before.value);
  for (let waited = 0; waited <= seenAfterMs && !context.signal.aborted; waited += pollMs) {
    const after = await provider.read(flag, context);
    if (after.ok && isDeepStrictEqual(after.value, value))
      return { ok: true, changed: true, result: { value, before: before.value, version: after.version } };
    if (after.ok) last = JSON.stringify(after.value);
    await context.clock.sleep(pollMs, context.signal);
  }
  return {
    ok: false,
    wire: 'unknown',
    class: 'validation',
    code: 'not-seen',
    message: `flag ${flag} was set, but still reads ${last} after ${String(seenAfterMs / 1000)}s`,
  };
}

async function restore(provider: Provider, params: Params, old: Json, context: RunContext): Promise<Done> {
  const now = await provider.read(params.flag, context);
  if (!now.ok) return now;
  if (isDeepStrictEqual(now.value, old)) return { ok: true, changed: false, result: { value: old } };
  if (context.overwrite !== true && !isDeepStrictEqual(now.value, params.set ?? null)) {
    return {
      ok: false,
      wire: 'refused',
      class: 'validation',
      code: changedMeanwhile,
      message: `the flag ${params.flag} is ${JSON.stringify(now.value)}, which is not what this run set; it is left alone`,
      hint: 'set it by hand if that is wrong',
    };
  }
  return set(provider, params.flag, old, context);
}
