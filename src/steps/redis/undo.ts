/**
 * `undo: restore` for the commands that commands.ts lists, on keys that hold a text or a hash of at most 64 KiB. The old state is read before;
 * putting back is one script in the server: it compares what stands there with what the step had made of it, and only then sets (F49).
 */
import type { RedisClient } from '../../clients/redis/client.ts';
import type { Json } from '../../interpreter/core/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';

const largest = 64 * 1024;
const many: ReadonlySet<string> = new Set(['DEL', 'UNLINK']);

interface Old {
  readonly type: 'none' | 'string' | 'hash';
  readonly value?: string | Readonly<Record<string, string>>;
  /** Milliseconds since 1970; absent: the key does not expire. */
  readonly expires?: number;
}

/** What the step has made of a key, if it worked. */
type Made =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'none' }
  | { readonly kind: 'same' };

const keysOf = (argv: readonly string[]): readonly string[] => (many.has(commandOf(argv)) ? argv.slice(1) : argv.slice(1, 2));
const commandOf = (argv: readonly string[]): string => (argv[0] ?? '').toUpperCase();

/** Throws with words for the operator when a key cannot be captured: then nothing is changed. */
export async function captureKeys(client: RedisClient, argv: readonly string[], context: RunContext): Promise<Json> {
  const keys: Record<string, Json> = {};
  for (const key of keysOf(argv)) keys[key] = { ...(await stateOf(client, key, context)) };
  return { keys };
}

async function stateOf(client: RedisClient, key: string, context: RunContext): Promise<Old> {
  const ask = async (...argv: readonly string[]): Promise<Json> => {
    const answer = await client.call(argv, context.signal, () => undefined);
    if (!answer.ok) throw new Error(answer.message);
    return answer.reply;
  };
  const type = String(await ask('TYPE', key));
  if (type === 'none') return { type };
  if (type !== 'string' && type !== 'hash')
    throw new Error(`the key ${key} holds a ${type}; only texts and hashes can be put back`);
  const bytes = Number(await ask('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
  if (bytes > largest) throw new Error(`the key ${key} takes ${String(bytes)} bytes; at most ${String(largest)} can be put back`);
  const left = Number(await ask('PTTL', key));
  const expires = left < 0 ? {} : { expires: context.clock.wall().getTime() + left };
  if (type === 'string') return { type, value: String(await ask('GET', key)), ...expires };
  const flat = ((await ask('HGETALL', key)) as readonly Json[]).map(String);
  const pairs = flat.flatMap((field, at) => (at % 2 === 0 ? [[field, flat[at + 1] ?? ''] as const] : []));
  return { type, value: Object.fromEntries(pairs), ...expires };
}

function madeOf(argv: readonly string[]): Made {
  const name = commandOf(argv);
  if (name === 'SET') return { kind: 'string', value: argv[2] ?? '' };
  if (many.has(name)) return { kind: 'none' };
  if (name !== 'HSET') return { kind: 'same' };
  const rest = argv.slice(2);
  return {
    kind: 'fields',
    fields: Object.fromEntries(rest.flatMap((field, at) => (at % 2 === 0 ? [[field, rest[at + 1] ?? '']] : []))),
  };
}

const script = `
local made, old, key = cjson.decode(ARGV[1]), cjson.decode(ARGV[2]), KEYS[1]
local type = redis.call('TYPE', key).ok
if made.kind == 'string' and (type ~= 'string' or redis.call('GET', key) ~= made.value) then return 'changed' end
if made.kind == 'none' and type ~= 'none' then return 'changed' end
if made.kind == 'fields' then
  if type ~= 'hash' then return 'changed' end
  for field, value in pairs(made.fields) do if redis.call('HGET', key, field) ~= value then return 'changed' end end
end
if made.kind == 'same' then
  if type ~= old.type then return 'changed' end
  if type == 'string' and redis.call('GET', key) ~= old.value then return 'changed' end
end
if old.type == 'none' then redis.call('DEL', key) return 'restored' end
if made.kind == 'fields' and old.type == 'hash' then
  for field in pairs(made.fields) do
    if old.value[field] then redis.call('HSET', key, field, old.value[field]) else redis.call('HDEL', key, field) end
  end
elseif made.kind ~= 'same' then
  redis.call('DEL', key)
  if old.type == 'string' then redis.call('SET', key, old.value) end
  if old.type == 'hash' then for field, value in pairs(old.value) do redis.call('HSET', key, field, value) end end
end
if old.expires then redis.call('PEXPIREAT', key, string.format('%.0f', old.expires)) else redis.call('PERSIST', key) end
return 'restored'`;

/** Key by key; the first that somebody else has changed since ends it, and says so. */
export async function restoreKeys(client: RedisClient, old: Json, argv: readonly string[], context: RunContext): Promise<Done> {
  const { keys } = old as { readonly keys: Readonly<Record<string, Json>> };
  const made = JSON.stringify(madeOf(argv));
  const restored: string[] = [];
  for (const [key, state] of Object.entries(keys)) {
    const answer = await client.call(['EVAL', script, '1', key, made, JSON.stringify(state)], context.signal, context.sent);
    if (!answer.ok) return answer;
    if (answer.reply === 'changed')
      return {
        ok: false,
        wire: 'refused',
        class: 'validation',
        code: 'changed-meanwhile',
        message: `the key ${key} was changed by somebody else since`,
        hint: restored.length === 0 ? 'nothing was put back' : `put back before: ${restored.join(', ')}`,
      };
    restored.push(key);
  }
  return { ok: true, changed: restored.length > 0, result: { reply: restored } };
}
