/** Feature flags with versions: changed by compare-and-set. */
import type { Call, Reply } from './call.ts';
import { notFound, ok, wrongMethod } from './call.ts';

export interface Flag {
  readonly name: string;
  readonly value: unknown;
  readonly version: string;
}

export interface Flags {
  get(name: string): Flag | undefined;
  /** `ifMatch` undefined: whatever the version is. */
  put(
    name: string,
    value: unknown,
    ifMatch: string | undefined,
  ): Promise<{ readonly done: 'changed' | 'absent' | 'conflict'; readonly flag?: Flag }>;
}

/** `changed` acts on a new value before the change is answered. */
export function createFlags(
  initial: Readonly<Record<string, unknown>>,
  changed: (name: string, value: unknown) => Promise<void>,
): Flags {
  const flags = new Map<string, Flag>(Object.entries(initial).map(([name, value]) => [name, { name, value, version: '1' }]));
  return {
    get: (name) => flags.get(name),
    put: async (name, value, ifMatch) => {
      const now = flags.get(name);
      if (now === undefined) return { done: 'absent' };
      if (ifMatch !== undefined && ifMatch !== now.version) return { done: 'conflict', flag: now };
      const flag = { name, value, version: String(Number(now.version) + 1) };
      flags.set(name, flag);
      await changed(name, value);
      return { done: 'changed', flag };
    },
  };
}

/** Answers `/flags/NAME` and `/flags/NAME/permissions`, as the provider `http` of the step type flag asks. */
export async function flagReply(call: Call, flags: Flags): Promise<Reply> {
  const [, name = '', part] = call.path;
  const now = flags.get(name);
  if (now === undefined) return { status: 404, json: { error: `no flag ${name}` } };
  if (part === 'permissions') return ok({ read: true, write: true });
  if (part !== undefined) return notFound;
  if (call.method === 'GET') return { status: 200, json: now, version: now.version };
  if (call.method !== 'PUT') return wrongMethod;
  const body = call.body as { readonly value?: unknown } | undefined;
  if (typeof body !== 'object' || body.value === undefined) return { status: 400, json: { error: 'expected {"value": ...}' } };
  const put = await flags.put(name, body.value, call.ifMatch);
  if (put.flag === undefined) return notFound;
  return { status: put.done === 'conflict' ? 412 : 200, json: put.flag, version: put.flag.version };
}
