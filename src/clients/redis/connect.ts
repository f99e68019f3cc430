/** Connections of the driver that never send anything twice (M5): no retry, no offline queue, no resend. */
import type { Cluster, Redis } from 'ioredis';
import type { RedisTarget } from './target.ts';

const connectMs = 5000;

export type RedisConnection = Redis | Cluster;

/** Not connected yet; `onError` hears what the driver only emits. */
export async function connectionTo(target: RedisTarget, onError: (problem: Error) => void): Promise<RedisConnection> {
  const { Cluster, Redis } = await import('ioredis');
  const tls = tlsFor(target);
  const common = {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    connectTimeout: connectMs,
    // A user may lack the right to INFO; a server that loads says so to any command.
    enableReadyCheck: false,
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(tls === undefined ? {} : { tls }),
  };
  // Integers as their digits, so that none is rounded. In a cluster the driver reckons with the numbers of slots itself, and fails with digits.
  const exact = { stringNumbers: true };
  const db = target.db === undefined ? {} : { db: target.db };
  const { place } = target;
  const made =
    place.is === 'cluster'
      ? new Cluster([...place.nodes], {
          lazyConnect: true,
          enableReadyCheck: false,
          redisOptions: common,
          enableOfflineQueue: false,
          slotsRefreshTimeout: connectMs,
          clusterRetryStrategy: () => null,
          // What a server has refused with MOVED or ASK was not performed and goes where it belongs. What was lost is not sent again.
          maxRedirections: 3,
          retryDelayOnFailover: 0,
          retryDelayOnClusterDown: 0,
          retryDelayOnTryAgain: 0,
        })
      : place.is === 'sentinel'
        ? new Redis({
            ...common,
            ...exact,
            ...db,
            sentinels: [...place.sentinels],
            name: place.name,
            role: 'master',
            sentinelRetryStrategy: () => null,
            ...(place.username === undefined ? {} : { sentinelUsername: place.username }),
            ...(place.password === undefined ? {} : { sentinelPassword: place.password }),
            ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
          })
        : new Redis({ ...common, ...exact, ...db, ...place.address });
  made.on('error', onError);
  return made;
}

function tlsFor(
  target: RedisTarget,
): { rejectUnauthorized: true; ca?: string; cert?: string; key?: string; passphrase?: string; servername?: string } | undefined {
  if (target.tls === undefined) return undefined;
  const { serverName, ...papers } = target.tls;
  return { rejectUnauthorized: true, ...papers, ...(serverName === undefined ? {} : { servername: serverName }) };
}
