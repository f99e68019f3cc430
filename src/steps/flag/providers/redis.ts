/** Flags as fields of one hash, values as JSON. */
import { openRedis } from '../../../clients/redis/client.ts';
import { readRedisTarget, redisKeys } from '../../../clients/redis/target.ts';
import { parseLosslessJson } from '../../../interpreter/core/model/json.ts';
import type { Json } from '../../../interpreter/core/model/value.ts';
import type { FlagCall, FlagEntry, FlagRead, Provider } from './provider.ts';
import { flagChanged, noFlag, flagRefused } from './provider.ts';

/** Compare-and-set in one script, so that nobody comes in between; an absent field never matches. */
const setIfSame =
  "if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) return 1 end return 0";
/** Not JSON, so no flag is written like this. */
const never = '\u0000';

export async function redisProvider(
  entry: FlagEntry,
  target: Json,
  named: (flag: string) => string,
  directory: string,
): Promise<Provider> {
  // Beside the keys of a Redis the entry has those of the flags.
  const own = Object.entries(target as Readonly<Record<string, Json>>).filter(([key]) => redisKeys.includes(key));
  const client = openRedis(await readRedisTarget(Object.fromEntries(own), directory));
  const hash = entry.hash ?? 'flags';
  const quiet = (): void => undefined;
  return {
    named,
    read: async (flag, call) => {
      const found = await client.call(['HGET', hash, named(flag)], call.signal, quiet);
      if (!found.ok) return found;
      if (found.reply === null) return noFlag(named(flag), `in the hash ${hash}`);
      const text = String(found.reply);
      return stateOf(text, named(flag));
    },
    write: async (flag, value, was, call) => {
      const argv = ['EVAL', setIfSame, '1', hash, named(flag), was.version, JSON.stringify(value)];
      const done = await client.call(argv, call.signal, call.sent);
      if (!done.ok) return done;
      return done.reply === 1 ? { ok: true } : flagChanged(flag);
    },
    may: async (flag, what, call) => {
      const allowed = async (argv: readonly string[]) => {
        const answer = await client.call(argv, call.signal, quiet);
        if (answer.ok) return { ok: true as const, may: true };
        return answer.class === 'auth' && answer.message.includes('NOPERM') ? { ok: true as const, may: false } : answer;
      };
      if (what === 'read') return allowed(['HGET', hash, named(flag)]);
      const script = await allowed(['EVAL', setIfSame, '1', hash, named(flag), never, never]);
      if (!script.ok || !script.may) return script;
      return (await maySet(client, hash, named(flag), call)) ? script : { ok: true, may: false };
    },
    close: () => client.close(),
  };
}

/** The server tries HSET dry; where we may not even ask, the script that changed nothing has to be enough. */
async function maySet(
  client: Awaited<ReturnType<typeof openRedis>>,
  hash: string,
  flag: string,
  call: FlagCall,
): Promise<boolean> {
  const who = await client.call(['ACL', 'WHOAMI'], call.signal, () => undefined);
  if (!who.ok) return true;
  const dry = await client.call(['ACL', 'DRYRUN', String(who.reply), 'HSET', hash, flag, 'x'], call.signal, () => undefined);
  return !dry.ok || dry.reply === 'OK';
}

/** What is not JSON is a text. A number that would not be written back as it was read is refused: undo could not restore it. */
function stateOf(text: string, flag: string): FlagRead {
  try {
    JSON.parse(text);
  } catch {
    return { ok: true, value: text, version: text };
  }
  try {
    return { ok: true, value: parseLosslessJson(text), version: text };
  } catch (problem) {
    return { ...flagRefused('inexact', `the flag ${flag}: ${(problem as Error).message}`), class: 'validation' };
  }
}
