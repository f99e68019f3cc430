/** One Redis connection that never sends anything twice (M5): no retry, no offline queue, no resend; commands as argv; a deadline always. */
import type { Redis as Connection } from 'ioredis';
import type { FaultClass, Json } from '../interpreter/core/value.ts';

export interface RedisTarget {
  readonly url?: string;
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
}

export interface RedisFailure {
  readonly ok: false;
  readonly wire: 'notStarted' | 'refused' | 'unknown';
  readonly class: FaultClass;
  readonly code: string;
  readonly message: string;
}

export interface RedisClient {
  call(
    argv: readonly string[],
    signal: AbortSignal,
    sent: () => void,
  ): Promise<{ readonly ok: true; readonly reply: Json } | RedisFailure>;
  close(): Promise<void>;
}

const connectMs = 5000;

export async function openRedis(target: RedisTarget): Promise<RedisClient> {
  const { Redis } = await import('ioredis');
  const options = {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    connectTimeout: connectMs,
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.db === undefined ? {} : { db: target.db }),
  };
  let connection: Connection | undefined;
  let lastError: NodeJS.ErrnoException | undefined;
  const where =
    target.url === undefined ? `${target.host ?? '127.0.0.1'}:${String(target.port ?? 6379)}` : new URL(target.url).host;
  const fresh = (): Connection => {
    const made =
      target.url === undefined
        ? new Redis({ ...options, host: target.host ?? '127.0.0.1', port: target.port ?? 6379 })
        : new Redis(target.url, options);
    made.on('error', (problem: NodeJS.ErrnoException) => {
      lastError = problem;
    });
    return made;
  };
  const drop = (): void => {
    connection?.disconnect();
    connection = undefined;
  };
  const failed = (wire: RedisFailure['wire'], problem: unknown): RedisFailure => {
    const cause =
      problem instanceof Error && /Connection is closed|ECONN/.test(problem.message) && lastError !== undefined
        ? lastError
        : (problem as NodeJS.ErrnoException);
    const message = cause instanceof Error ? cause.message : String(cause);
    const auth = /NOAUTH|WRONGPASS|NOPERM|invalid password/i.test(message);
    return {
      ok: false,
      wire,
      class: auth ? 'auth' : wire === 'refused' ? 'validation' : 'connection',
      code: cause.code ?? (auth ? 'auth' : 'redis'),
      message: `${where}: ${message}`,
    };
  };
  return {
    call: async (argv, signal, sent) => {
      const [command = '', ...args] = argv;
      try {
        if (connection?.status !== 'ready') {
          drop();
          lastError = undefined;
          connection = fresh();
          const opening = connection.connect();
          await Promise.race([opening, aborted(signal)]);
        }
      } catch (problem) {
        drop();
        return signal.aborted
          ? {
              ok: false,
              wire: 'notStarted',
              class: 'timeout',
              code: 'connect-timeout',
              message: `${where}: no connection in time`,
            }
          : failed('notStarted', problem);
      }
      try {
        sent();
        const reply = await Promise.race([connection.call(command, ...args), aborted(signal)]);
        return { ok: true, reply: plain(reply) };
      } catch (problem) {
        if (problem instanceof Error && problem.name === 'ReplyError') return failed('refused', problem);
        drop();
        if (signal.aborted)
          return { ok: false, wire: 'unknown', class: 'timeout', code: 'timeout', message: `${where}: no answer in time` };
        return failed('unknown', problem);
      }
    },
    close: async () => {
      drop();
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(new Error('aborted'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Integers beyond 2^53 arrive as text; buffers as UTF-8. */
function plain(reply: unknown): Json {
  if (reply === null || reply === undefined) return null;
  if (typeof reply === 'string' || typeof reply === 'number' || typeof reply === 'boolean') return reply;
  if (typeof reply === 'bigint') return reply.toString();
  if (Buffer.isBuffer(reply)) return reply.toString('utf8');
  if (Array.isArray(reply)) return reply.map(plain);
  return Object.fromEntries(Object.entries(reply).map(([key, value]) => [key, plain(value)]));
}
