/** The state before a change, for `undo: restore`: texts unchanged, all other kinds of data as the server dumps them, with their time to live. */
import type { RedisClient } from '../../clients/redis/client.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { RunContext } from '../../interpreter/port/step-type.ts';
import { fieldsOf, keysOf, setsFields } from './made.ts';

/** Bytes of all keys of one step together. */
export const largest = 1024 * 1024;
/** Of the JSON in the journal: bytes that are not text take several characters each. */
const largestJson = 3 * 1024 * 1024;
/** Estimated memory beyond which a dump is not even asked for: the server makes it in one piece. */
const largestMemory = 8 * largest;

/** Text where the bytes are UTF-8, so that secrets in it are seen; otherwise one character a byte (latin1). */
export type Packed = { readonly text: string } | { readonly bytes: string };

export type OldKey =
  | { readonly type: 'none' }
  | {
      readonly type: string;
      readonly value: Packed;
      /** Milliseconds since 1970, by the server's clock; absent: never. */ readonly expires?: number;
    };

export interface OldFields {
  /** null: the field was not there. */
  readonly fields: readonly { readonly name: string; readonly value: Packed | null }[];
}

export interface Old {
  /** The server's clock at the capture, milliseconds. */
  readonly at: number;
  readonly keys: readonly (({ readonly key: string } & OldKey) | ({ readonly key: string } & OldFields))[];
}

export const unpackDump = (one: Packed): Buffer =>
  'text' in one ? Buffer.from(one.text, 'utf8') : Buffer.from(one.bytes, 'latin1');

function pack(latin1: string): Packed {
  const bytes = Buffer.from(latin1, 'latin1');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { text } : { bytes: latin1 };
}

type Ask = (...argv: readonly string[]) => Promise<Json>;

/** Throws with words for the operator when a key cannot be captured: then nothing is changed. */
export async function captureKeys(client: RedisClient, argv: readonly string[], context: RunContext): Promise<Json> {
  const ask: Ask = async (...command) => {
    const answer = await client.call(command, context.signal, () => undefined, { bytes: true });
    if (!answer.ok) throw new Error(answer.message);
    return answer.reply;
  };
  let left = largest;
  const spend = (key: string, bytes: number): void => {
    left -= bytes;
    if (left < 0)
      throw new Error(`the old state of ${key} is too large: at most ${String(largest)} bytes of a step can be put back`);
  };
  const keys: Json[] = [];
  let at = 0;
  for (const key of new Set(keysOf(argv))) {
    // Of the server that has the key: ages are told by its clock.
    at = Number(await ask('EVAL', "local t = redis.call('TIME') return t[1] .. string.format('%03d', t[2] / 1000)", '1', key));
    keys.push({ key, ...(setsFields(argv) ? await fieldsNow(ask, key, argv, spend) : await keyNow(ask, key, at, spend)) });
  }
  const old = { at, keys };
  if (JSON.stringify(old).length > largestJson)
    throw new Error(`the old state of ${keysOf(argv).join(', ')} is too large to be kept`);
  return old;
}

type Spend = (key: string, bytes: number) => void;

async function keyNow(ask: Ask, key: string, at: number, spend: Spend): Promise<Readonly<Record<string, Json>>> {
  const type = String(await ask('TYPE', key));
  if (type === 'none') return { type };
  const left = Number(await ask('PTTL', key));
  if (type === 'string') spend(key, Number(await ask('STRLEN', key)));
  else if (Number(await ask('MEMORY', 'USAGE', key)) > largestMemory) spend(key, largest + 1);
  const found = await ask(type === 'string' ? 'GET' : 'DUMP', key);
  if (typeof found !== 'string') return { type: 'none' };
  if (type !== 'string') spend(key, found.length);
  return { type, value: pack(found), ...(left < 0 ? {} : { expires: at + left }) };
}

async function fieldsNow(ask: Ask, key: string, argv: readonly string[], spend: Spend): Promise<Readonly<Record<string, Json>>> {
  const names = [...fieldsOf(argv).keys()];
  for (const name of names) spend(key, Number(await ask('HSTRLEN', key, name)));
  const values = (await ask('HMGET', key, ...names)) as readonly Json[];
  return {
    fields: names.map((name, i) => {
      const value = values[i];
      return { name, value: typeof value === 'string' ? { ...pack(value) } : null };
    }),
  };
}
