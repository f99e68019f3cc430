/** How many words a command has, its name included, as the server tells it (COMMAND INFO, arity): negative is at least. */
const arities: readonly (readonly [number, string])[] = [
  [-1, 'COMMAND FAILOVER FLUSHALL FLUSHDB INFO PING SHUTDOWN'],
  [1, 'DBSIZE LASTSAVE ROLE TIME'],
  [
    -2,
    'ACL BITCOUNT BITFIELD CLUSTER CONFIG DEBUG DEL DEL EXISTS FUNCTION GEOPOS GETEX HRANDFIELD LPOP MEMORY MGET MODULE OBJECT PFADD PFADD PFCOUNT PFMERGE RPOP SCAN SCRIPT SDIFF SINTER SORT SPOP SRANDMEMBER SUNION TOUCH UNLINK UNLINK XGROUP XINFO ZPOPMAX ZPOPMIN ZRANDMEMBER',
  ],
  [
    2,
    'DECR DUMP ECHO EXPIRETIME GET GETDEL HGETALL HKEYS HLEN HVALS INCR LLEN PERSIST PERSIST PEXPIRETIME PTTL SCARD SMEMBERS STRLEN TTL TYPE XLEN ZCARD',
  ],
  [
    -3,
    'BITPOS COPY EVAL EVALSHA EXPIRE EXPIRE EXPIREAT EXPIREAT FCALL HDEL HDEL HMGET HSCAN LCS LPOS LPUSH LPUSHX MSET MSET MSETNX PEXPIRE PEXPIRE PEXPIREAT PEXPIREAT RPUSH RPUSHX SADD SADD SDIFFSTORE SET SET SINTERCARD SINTERSTORE SMISMEMBER SREM SREM SSCAN SUNIONSTORE XDEL XPENDING ZMSCORE ZREM ZREM ZSCAN',
  ],
  [
    3,
    'APPEND DECRBY GETBIT GETSET HEXISTS HGET HSTRLEN INCRBY INCRBYFLOAT LINDEX MOVE PUBLISH RENAME RENAMENX REPLICAOF RPOPLPUSH SETNX SISMEMBER SLAVEOF SPUBLISH SWAPDB ZRANK ZREVRANK ZSCORE',
  ],
  [
    -4,
    'BITOP GEODIST HMSET HMSET HSET HSET LMPOP RESTORE XACK XRANGE XREVRANGE XTRIM ZADD ZADD ZMPOP ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZREVRANGE ZREVRANGEBYSCORE',
  ],
  [
    4,
    'GETRANGE HINCRBY HINCRBYFLOAT HSETNX LRANGE LREM LSET LTRIM LTRIM PSETEX PSETEX SETBIT SETEX SETEX SETRANGE SMOVE SUBSTR ZCOUNT ZINCRBY ZLEXCOUNT ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE',
  ],
  [-5, 'GEOADD XADD ZRANGESTORE'],
  [5, 'LINSERT LMOVE'],
  [-6, 'MIGRATE XAUTOCLAIM XCLAIM'],
  [-7, 'GEOSEARCH XREADGROUP'],
];

export const arityOf: ReadonlyMap<string, number> = new Map(
  arities.flatMap(([arity, commands]) => commands.split(' ').map((name) => [name, arity] as const)),
);

/** `2 to 3`, in words for people; undefined when so many words are right. */
export function miscounted(command: string, words: number): string | undefined {
  const arity = arityOf.get(command.toUpperCase());
  if (arity === undefined || (arity < 0 ? words >= -arity : words === arity)) return undefined;
  const wanted = Math.abs(arity) - 1;
  const named = `${wanted === 0 ? 'no' : String(wanted)} argument${wanted === 1 ? '' : 's'}`;
  return `${command.toUpperCase()} takes ${arity < 0 ? 'at least ' : ''}${named}, and here ${words === 2 ? 'is' : 'are'} ${String(words - 1)}`;
}
