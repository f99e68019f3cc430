/** What commands do, for the plan; the server's own word may only be stricter at run time (Redis 7 command reference). */
import type { Effect } from '../../interpreter/core/model/value.ts';
import { containerCommands, effectOfSubcommand } from './subcommands.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));
const reads = words(
  'PING ECHO TIME DBSIZE INFO EXISTS TYPE TTL PTTL EXPIRETIME PEXPIRETIME GET MGET STRLEN GETRANGE SUBSTR GETBIT BITCOUNT BITPOS HGET HMGET HGETALL HKEYS HVALS HLEN HEXISTS HSTRLEN HSCAN HRANDFIELD LLEN LRANGE LINDEX LPOS SCARD SISMEMBER SMISMEMBER SMEMBERS SRANDMEMBER SSCAN SINTER SUNION SDIFF SINTERCARD ZCARD ZSCORE ZMSCORE ZRANK ZREVRANK ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX ZCOUNT ZLEXCOUNT ZSCAN ZRANDMEMBER XLEN XRANGE XREVRANGE XPENDING SCAN PFCOUNT GEOPOS GEODIST GEOHASH GEOSEARCH LCS DUMP LASTSAVE ROLE RANDOMKEY ZDIFF ZINTER ZUNION ZINTERCARD ZREVRANGEBYLEX XREAD SORT_RO BITFIELD_RO GEORADIUS_RO GEORADIUSBYMEMBER_RO EVAL_RO EVALSHA_RO FCALL_RO',
);
const destructive = words('FLUSHALL FLUSHDB SHUTDOWN DEBUG REPLICAOF SLAVEOF SWAPDB MIGRATE FAILOVER');
const writes = words(
  'SET SETEX PSETEX SETNX GETSET GETDEL GETEX MSET MSETNX APPEND SETRANGE SETBIT INCR DECR INCRBY DECRBY INCRBYFLOAT DEL UNLINK EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST RENAME RENAMENX COPY MOVE RESTORE TOUCH HSET HSETNX HMSET HDEL HINCRBY HINCRBYFLOAT LPUSH RPUSH LPUSHX RPUSHX LPOP RPOP LSET LREM LTRIM LINSERT LMOVE RPOPLPUSH LMPOP SADD SREM SPOP SMOVE SINTERSTORE SUNIONSTORE SDIFFSTORE ZADD ZREM ZINCRBY ZPOPMIN ZPOPMAX ZMPOP ZREMRANGEBYSCORE ZREMRANGEBYRANK ZREMRANGEBYLEX ZRANGESTORE XADD XDEL XTRIM XACK XGROUP XCLAIM XAUTOCLAIM XREADGROUP PFADD PFMERGE GEOADD BITOP BITFIELD SORT PUBLISH SPUBLISH EVAL EVALSHA FCALL',
);
/** They never end, or hold up the server. */
const refused: Readonly<Record<string, string>> = {
  KEYS: 'KEYS holds up the server; use scan: { match: ... }',
  MONITOR: 'MONITOR never ends',
  SUBSCRIBE: 'SUBSCRIBE never ends',
  PSUBSCRIBE: 'PSUBSCRIBE never ends',
  SSUBSCRIBE: 'SSUBSCRIBE never ends',
  BLPOP: 'blocking commands hold the connection; use LPOP',
  BRPOP: 'blocking commands hold the connection; use RPOP',
  BLMOVE: 'blocking commands hold the connection; use LMOVE',
  WAIT: 'WAIT holds the connection',
  MULTI: 'transactions need one connection for several steps, which steps do not share',
};

export const allCommands: readonly string[] = [
  ...reads,
  ...writes,
  ...destructive,
  ...containerCommands,
  ...Object.keys(refused),
];
export const repeatable: ReadonlySet<string> = words(
  'SET SETEX PSETEX MSET HSET HMSET DEL UNLINK EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST SADD SREM HDEL ZADD ZREM LTRIM PFADD',
);

/** `undo: restore` is possible (undo.ts). */
export const restorable: ReadonlySet<string> = words('SET HSET DEL UNLINK EXPIRE PEXPIRE PERSIST');

/** Undefined: not known; taken as a write. */
export function commandEffect([word = '', ...rest]: readonly string[]): Effect | undefined {
  const name = word.toUpperCase();
  if (reads.has(name)) return 'read';
  if (writes.has(name)) return 'write';
  return destructive.has(name) ? 'destructive' : effectOfSubcommand(name, rest);
}

export const isKnown = (name: string): boolean => allCommands.includes(name.toUpperCase());

export function whyForbidden([word = '', ...rest]: readonly string[]): string | undefined {
  const name = word.toUpperCase();
  const blocks = (name === 'XREAD' || name === 'XREADGROUP') && options(rest).includes('BLOCK');
  return blocks
    ? `${name} BLOCK holds the connection; leave BLOCK out`
    : Object.hasOwn(refused, name)
      ? refused[name]
      : undefined;
}

/** The words before the names of streams, which may be anything. */
function options(words: readonly string[]): readonly string[] {
  const upper = words.map((one) => one.toUpperCase());
  const streams = upper.indexOf('STREAMS');
  return streams < 0 ? upper : upper.slice(0, streams);
}
