/** What commands without a key mean in a cluster, where each master holds a part of the keys and slots may move between them. */
import type { RedisCall, RedisClient } from '../../clients/redis/client.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';

type Failed = Extract<Done, { ok: false }>;

/** They speak of one server, or act on it alone: which of them would be chance. */
const ofOneServer = new Set(
  'SCAN RANDOMKEY INFO ROLE LASTSAVE MEMORY FLUSHALL FLUSHDB SHUTDOWN DEBUG CONFIG SCRIPT FUNCTION REPLICAOF SLAVEOF FAILOVER ACL MODULE SLOWLOG CLIENT LATENCY PUBSUB'.split(
    ' ',
  ),
);

/** Undefined: the command goes to the master of its key, as it is. */
export async function wholeCluster(
  client: RedisClient,
  [word = '']: readonly string[],
  context: RunContext,
): Promise<Done | undefined> {
  if (!client.isCluster) return undefined;
  const name = word.toUpperCase();
  if (name === 'DBSIZE') return countKeys(client, context);
  if (!ofOneServer.has(name)) return undefined;
  return {
    ok: false,
    wire: 'notStarted',
    class: 'config',
    code: 'one-server',
    message: `${name} is of one server, and this target is a cluster of several`,
    hint: name === 'SCAN' ? 'scan: { match } reads all masters' : 'a target with the url of one of them',
  };
}

async function countKeys(client: RedisClient, context: RunContext): Promise<Done> {
  const masters = await client.masters(context.signal);
  if (!masters.ok) return masters;
  let keys = 0;
  for (const call of masters.calls) {
    const answer = await call(['DBSIZE'], context.signal, context.sent);
    if (!answer.ok) return answer;
    keys += Number(answer.reply);
  }
  return { ok: true, changed: false, result: { reply: keys } };
}

/**
 * Which slots lie where, and which are on their way; undefined outside of clusters. Read before and after: a key whose slot has moved meanwhile
 * may have been on neither side when its side was read.
 */
export async function slotsOf(
  client: RedisClient,
  calls: readonly RedisCall[],
  context: RunContext,
): Promise<{ readonly ok: true; readonly slots: string } | Failed | undefined> {
  if (!client.isCluster) return undefined;
  const seen: string[] = [];
  for (const call of calls) {
    const answer = await call(['CLUSTER', 'NODES'], context.signal, context.sent);
    if (!answer.ok) return answer;
    const moving = movingIn(answer.reply);
    if (moving !== undefined) return slotsMove(`slot ${moving} is on its way to another master`);
    seen.push(ownLine(answer.reply));
  }
  return { ok: true, slots: seen.join('\n') };
}

export const slotsMove = (message: string): Failed => ({
  ok: false,
  wire: 'refused',
  class: 'connection',
  code: 'slots-move',
  message: `${message}: keys may have been missed`,
  hint: 'again when the cluster has settled',
});

const linesOf = (reply: Json): readonly string[] => String(reply).split('\n');

/** `[93-<-id]` comes, `[93->-id]` goes; a server tells it of itself only. */
const movingIn = (reply: Json): string | undefined => /\[(\d+)-[<>]-/.exec(ownLine(reply))?.[1];

/** `id host flags master ping pong epoch link slot slot ...`: who it is, and its slots. */
function ownLine(reply: Json): string {
  const words = linesOf(reply)
    .find((line) => /\bmyself\b/.test(line))
    ?.split(' ');
  return words === undefined ? '' : [words[0], ...words.slice(8)].join(' ');
}
