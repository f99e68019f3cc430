/**
 * The server's own command table, asked once per command: it may only be stricter than ours. A server that does not let this user ask
 * (ACL), or is too old, leaves ours as it is.
 */
import type { RedisClient } from '../../clients/redis/client.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import { commandEffect } from './commands.ts';
import { serverName, telling } from './subcommands.ts';

export type Judge = (argv: readonly string[], context: RunContext) => Promise<Extract<Done, { ok: false }> | undefined>;

/** Undefined: the command may be sent. */
export function serverTable(client: RedisClient): Judge {
  const known = new Map<string, readonly string[] | 'unknown' | 'silent'>();
  return async (argv, context) => {
    const name = serverName(argv);
    const flags = known.get(name) ?? (await flagsOf(client, name, context));
    if (flags !== 'lost') known.set(name, flags);
    if (flags === 'silent' || flags === 'lost') return undefined;
    if (flags === 'unknown') return refusal('unknown-command', `the server has no command ${name}`);
    if (commandEffect(argv) !== 'read') return undefined;
    if (flags.includes('write'))
      return refusal('server-writes', `${name} only reads by our table, but this server says that it writes; nothing was sent`);
    if ((flags.includes('admin') || flags.includes('@dangerous')) && !telling.has(name))
      return refusal('server-dangerous', `${name} only reads by our table, but this server calls it dangerous; nothing was sent`);
    return undefined;
  };
}

/** `lost`: no answer; the command itself will tell what is wrong. */
async function flagsOf(
  client: RedisClient,
  name: string,
  context: RunContext,
): Promise<readonly string[] | 'unknown' | 'silent' | 'lost'> {
  const answer = await client.call(['COMMAND', 'INFO', name], context.signal, () => undefined);
  if (!answer.ok) return answer.wire === 'refused' ? 'silent' : 'lost';
  if (!Array.isArray(answer.reply)) return 'silent';
  const [entry] = answer.reply as readonly Json[];
  // Servers before 7 know the family only, and flag it by its most dangerous member.
  if ((entry === null || entry === undefined) && name.includes('|')) return familyOf(client, name, context);
  if (entry === null || entry === undefined) return 'unknown';
  if (!Array.isArray(entry)) return 'silent';
  // The seventh part, the ACL categories, is there since Redis 6.
  const [, , flags, , , , categories] = entry as readonly Json[];
  if (!Array.isArray(flags)) return 'silent';
  return [...(flags as readonly Json[]), ...(Array.isArray(categories) ? (categories as readonly Json[]) : [])].map(String);
}

async function familyOf(client: RedisClient, name: string, context: RunContext): Promise<'unknown' | 'silent' | 'lost'> {
  const [family = ''] = name.split('|');
  const found = await flagsOf(client, family, context);
  return found === 'unknown' || found === 'lost' ? found : 'silent';
}

const refusal = (code: string, message: string): Extract<Done, { ok: false }> => ({
  ok: false,
  wire: 'notStarted',
  class: 'config',
  code,
  message,
});
