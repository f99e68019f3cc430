/** Replies that mean "no such key": Redis has no empty lists, sets, sorted sets and hashes, so it answers about a missing key with an empty list. */
import type { Json } from '../../interpreter/core/model/value.ts';

/** Reads of the contents of one key. Those of several keys (SINTER, SDIFF) and of no key (SCAN) may honestly find nothing. */
const ofOneKey = new Set(
  `HGETALL HKEYS HVALS HRANDFIELD LRANGE SMEMBERS SRANDMEMBER ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX ZREVRANGEBYLEX
  ZRANDMEMBER XRANGE XREVRANGE SORT_RO`.split(/\s+/),
);
/** One element for each key, field or member that was asked for. */
const ofNames = new Set(['MGET', 'HMGET', 'ZMSCORE', 'GEOPOS', 'GEOHASH']);

/** Whether a reply is no data: nil, an empty list from one key, or a list of names of which none has a value. */
export function saysNothing(argv: readonly string[], reply: Json): boolean {
  if (reply === null) return true;
  if (!Array.isArray(reply)) return false;
  const name = (argv[0] ?? '').toUpperCase();
  return ofOneKey.has(name) ? reply.length === 0 : ofNames.has(name) && reply.every((one) => one === null);
}
