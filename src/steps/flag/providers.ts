/** Where flags live: a JSON file, a Redis hash, or an HTTP service with versions. Each reads, writes if the version still stands, and tells what we may. */
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { exchange, headersOf } from '../../clients/http.ts';
import { openRedis } from '../../clients/redis.ts';
import type { Json } from '../../interpreter/core/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';

export type Failed = Extract<Done, { ok: false }>;
export type FlagRead = { readonly ok: true; readonly value: Json; readonly version: string } | Failed;

export interface Provider {
  read(flag: string, signal: AbortSignal): Promise<FlagRead>;
  /** Writes only while the flag is still as it was read; otherwise refused. */
  write(
    flag: string,
    value: Json,
    was: { readonly value: Json; readonly version: string },
    signal: AbortSignal,
    sent: () => void,
  ): Promise<{ readonly ok: true } | Failed>;
  may(flag: string, what: 'read' | 'write', signal: AbortSignal): Promise<{ readonly ok: true; readonly may: boolean } | Failed>;
  close(): Promise<void>;
}

interface Entry {
  readonly provider?: string;
  readonly url?: string;
  readonly file?: string;
  readonly hash?: string;
  /** Other names of flags in this provider (T-28). */
  readonly names?: Readonly<Record<string, string>>;
}

export async function openProvider(target: Json): Promise<Provider> {
  const entry = (target ?? {}) as Entry;
  const named = (flag: string): string => entry.names?.[flag] ?? flag;
  switch (entry.provider) {
    case 'http':
      return http(entry, target, named);
    case 'redis':
      return redis(entry, target, named);
    case 'file':
      return file(entry, named);
    default:
      throw new Error(`the flag provider ${String(entry.provider)} is unknown: http, redis or file`);
  }
}

const refused = (code: string, message: string, hint?: string): Failed => ({
  ok: false,
  wire: 'refused',
  class: 'validation',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});
const changed = (flag: string): Failed =>
  refused('changed-meanwhile', `somebody else changed ${flag} meanwhile`, 'look at it, then decide');

function http(entry: Entry, target: Json, named: (flag: string) => string): Provider {
  const url = (flag: string): string => `${(entry.url ?? '').replace(/\/$/, '')}/flags/${encodeURIComponent(named(flag))}`;
  const headers = headersOf(target);
  const get = async (
    address: string,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly body: Readonly<Record<string, Json>> } | Failed> => {
    const reply = await exchange({ method: 'GET', url: address, headers, signal });
    if (!reply.ok) return reply;
    if (reply.status === 404) return refused('no-flag', 'there is no such flag', 'check its name');
    if (reply.status !== 200)
      return {
        ...refused(`status-${String(reply.status)}`, `the flag service answered ${String(reply.status)}`),
        class: reply.status === 401 || reply.status === 403 ? 'auth' : 'connection',
      };
    try {
      return { ok: true, body: JSON.parse(reply.text) as Readonly<Record<string, Json>> };
    } catch {
      return refused('not-json', 'the flag service answered no JSON');
    }
  };
  return {
    read: async (flag, signal) => {
      const found = await get(url(flag), signal);
      return found.ok ? { ok: true, value: found.body['value'] ?? null, version: String(found.body['version'] ?? '') } : found;
    },
    write: async (flag, value, was, signal, sent) => {
      const reply = await exchange({
        method: 'PUT',
        url: url(flag),
        headers: { ...headers, 'content-type': 'application/json', 'if-match': was.version },
        body: JSON.stringify({ value }),
        signal,
        sent,
      });
      if (!reply.ok) return reply;
      if (reply.status === 412 || reply.status === 409) return changed(flag);
      return reply.status >= 200 && reply.status < 300
        ? { ok: true }
        : refused(`status-${String(reply.status)}`, `the flag service answered ${String(reply.status)} to the change`);
    },
    may: async (flag, what, signal) => {
      const found = await get(`${url(flag)}/permissions`, signal);
      return found.ok ? { ok: true, may: found.body[what] === true } : found;
    },
    close: async () => undefined,
  };
}

/** Compare-and-set in one script, so that nobody comes in between. */
const setIfSame =
  "local v = redis.call('HGET', KEYS[1], ARGV[1]) if v == ARGV[2] or (not v and ARGV[2] == '') then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) return 1 end return 0";

async function redis(entry: Entry, target: Json, named: (flag: string) => string): Promise<Provider> {
  const client = await openRedis(target as { url?: string });
  const hash = entry.hash ?? 'flags';
  return {
    read: async (flag, signal) => {
      const found = await client.call(['HGET', hash, named(flag)], signal, () => undefined);
      if (!found.ok) return found;
      if (found.reply === null) return refused('no-flag', `there is no flag ${named(flag)} in the hash ${hash}`);
      const text = String(found.reply);
      return { ok: true, value: parsed(text), version: text };
    },
    write: async (flag, value, was, signal, sent) => {
      const done = await client.call(
        ['EVAL', setIfSame, '1', hash, named(flag), was.version, JSON.stringify(value)],
        signal,
        sent,
      );
      if (!done.ok) return done;
      return done.reply === 1 ? { ok: true } : changed(flag);
    },
    may: async (_flag, _what, signal) => {
      const found = await client.call(['PING'], signal, () => undefined);
      return found.ok ? { ok: true, may: true } : found;
    },
    close: () => client.close(),
  };
}

/** Replaced as a whole by a rename, mode kept; the version is the text of the file's flag. */
function file(entry: Entry, named: (flag: string) => string): Provider {
  const path = entry.file ?? 'flags.json';
  const all = (): Readonly<Record<string, Json>> => JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, Json>>;
  const wrong = (problem: unknown): Failed => ({
    ok: false,
    wire: 'notStarted',
    class: 'config',
    code: 'file',
    message: (problem as Error).message,
  });
  return {
    read: async (flag) => {
      try {
        const value = all()[named(flag)];
        return value === undefined
          ? refused('no-flag', `there is no flag ${named(flag)} in ${path}`)
          : { ok: true, value, version: JSON.stringify(value) };
      } catch (problem) {
        return wrong(problem);
      }
    },
    write: async (flag, value, was, _signal, sent) => {
      try {
        const flags = all();
        if (!isDeepStrictEqual(flags[named(flag)], was.value)) return changed(flag);
        const beside = `${path}.${String(process.pid)}`;
        writeFileSync(beside, `${JSON.stringify({ ...flags, [named(flag)]: value }, null, 2)}\n`, {
          mode: statSync(path).mode & 0o777,
        });
        sent();
        renameSync(beside, path);
        return { ok: true };
      } catch (problem) {
        return wrong(problem);
      }
    },
    may: async (_flag, what) => {
      try {
        const mode = statSync(path).mode;
        return { ok: true, may: (mode & (what === 'read' ? 0o444 : 0o222)) !== 0 };
      } catch (problem) {
        return wrong(problem);
      }
    },
    close: async () => undefined,
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
