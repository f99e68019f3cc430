/** What the reply of a write says about whether anything was changed. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { commandEffect } from './commands.ts';

/** They count what they changed, or answer 1 and 0. HSET and ZADD are not among them: 0 is also said of a field that got another value. */
const counted = new Set(
  `DEL UNLINK EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST SETNX MSETNX HSETNX HDEL SADD SREM SMOVE ZREM ZREMRANGEBYSCORE ZREMRANGEBYRANK
  ZREMRANGEBYLEX LREM LPUSHX RPUSHX XACK XDEL XTRIM PFADD RENAMENX COPY MOVE`.split(/\s+/),
);
/** They answer with what they took, or nil. */
const taking = new Set('GETDEL GETEX LPOP RPOP SPOP ZPOPMIN ZPOPMAX LMOVE RPOPLPUSH LMPOP ZMPOP'.split(' '));
/** Their code may have done anything. */
const scripts = new Set(['EVAL', 'EVALSHA', 'FCALL']);

/** `again`: an attempt before this one was lost on the way, and may be the reason why there was nothing left to change. */
export function changedBy(argv: readonly string[], reply: Json, again: boolean): boolean | 'unknown' {
  if (commandEffect(argv) === 'read') return false;
  const name = (argv[0] ?? '').toUpperCase();
  if (scripts.has(name)) return 'unknown';
  if (!saysUnchanged(name, argv, reply)) return true;
  return again ? 'unknown' : false;
}

function saysUnchanged(name: string, argv: readonly string[], reply: Json): boolean {
  const options = argv.slice(3).map((one) => one.toUpperCase());
  if (counted.has(name)) return reply === 0;
  if (name === 'LINSERT') return reply === 0 || reply === -1;
  // With GET the reply is the old value, and nil where there was none.
  if (name === 'SET') return reply === null && !options.includes('GET');
  return taking.has(name) && (reply === null || (Array.isArray(reply) && reply.length === 0));
}
