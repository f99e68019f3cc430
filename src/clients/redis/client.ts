/** One Redis that gets each command at most once (M5); commands as argv; a deadline always. */
import { isUtf8 } from 'node:buffer';
import type { Redis } from 'ioredis';
import type { FaultClass, Json } from '../../interpreter/core/model/value.ts';
import type { RedisConnection } from './connect.ts';
import { connectionTo } from './connect.ts';
import type { RedisTarget } from './target.ts';

export interface RedisFailure {
  readonly ok: false;
  readonly wire: 'notStarted' | 'refused' | 'unknown';
  readonly class: FaultClass;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface RedisReply {
  readonly ok: true;
  readonly reply: Json;
  /** Pointers into the reply: integers beyond 2^53, which are their digits. */
  readonly int64: readonly string[];
  /** Pointers into the reply: texts that are not UTF-8. */
  readonly undecoded: readonly string[];
}

export type RedisAnswer = RedisReply | RedisFailure;
export type Argument = string | Buffer;

export interface CallOptions {
  /** Texts of the reply are bytes, one character each (latin1). */
  readonly bytes?: boolean;
}

export type RedisCall = (
  argv: readonly Argument[],
  signal: AbortSignal,
  sent: () => void,
  how?: CallOptions,
) => Promise<RedisAnswer>;

export interface RedisClient {
  /** Several masters, each with a part of the keys. */
  readonly isCluster: boolean;
  readonly call: RedisCall;
  /** One call for each server that holds a part of the keys: the only one, or every master of a cluster. */
  masters(signal: AbortSignal): Promise<{ readonly ok: true; readonly calls: readonly RedisCall[] } | RedisFailure>;
  close(): Promise<void>;
}

/** The server has done nothing, and may do it later. */
const notNow = /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|READONLY)\b|Too many Cluster redirections/;
const noAuth = /NOAUTH|WRONGPASS|NOPERM|invalid password/i;
const badPapers = /certificate|self-signed|altname|ERR_TLS|UNABLE_TO_|CERT_/i;

export function openRedis(target: RedisTarget): RedisClient {
  let connection: RedisConnection | undefined;
  let lastError: Error | undefined;
  const drop = (): void => {
    connection?.disconnect();
    connection = undefined;
  };
  const failed = (wire: RedisFailure['wire'], problem: unknown): RedisFailure =>
    failureOf(target.shown, wire, problem, lastError);
  const ready = async (signal: AbortSignal): Promise<RedisConnection | RedisFailure> => {
    if (connection?.status === 'ready') return connection;
    drop();
    lastError = undefined;
    try {
      const made = await connectionTo(target, (problem) => {
        lastError = problem;
      });
      connection = made;
      await Promise.race([made.connect(), aborted(signal)]);
      return made;
    } catch (problem) {
      drop();
      const late = `${target.shown}: no connection in time`;
      return signal.aborted
        ? { ok: false, wire: 'notStarted', class: 'timeout', code: 'connect-timeout', message: late }
        : failed('notStarted', problem);
    }
  };
  const send: Send = async (on, argv, signal, sent, how) => {
    const [command = '', ...args] = argv;
    const bytes = how?.bytes === true;
    try {
      sent();
      const reply = await Promise.race([on.callBuffer(String(command), ...args), aborted(signal)]);
      return plainReply(reply, bytes ? 'latin1' : 'utf8');
    } catch (problem) {
      if (problem instanceof Error && (problem.name === 'ReplyError' || notNow.test(problem.message))) {
        // Another server may be the master by now.
        if (notNow.test(problem.message)) drop();
        return failed('refused', problem);
      }
      drop();
      if (signal.aborted)
        return { ok: false, wire: 'unknown', class: 'timeout', code: 'timeout', message: `${target.shown}: no answer in time` };
      return failed('unknown', problem);
    }
  };
  return {
    isCluster: target.place.is === 'cluster',
    call: async (argv, signal, sent, how) => {
      const on = await ready(signal);
      return 'ok' in on ? on : send(on, argv, signal, sent, how);
    },
    masters: async (signal) => {
      const on = await ready(signal);
      if ('ok' in on) return on;
      const servers: readonly RedisConnection[] = target.place.is === 'cluster' && 'nodes' in on ? on.nodes('master') : [on];
      return {
        ok: true,
        calls: servers.map(
          (server): RedisCall =>
            (argv, until, sent) =>
              connected(server, until, send, argv, sent),
        ),
      };
    },
    close: async () => {
      drop();
    },
  };
}

type Send = (
  on: RedisConnection,
  argv: readonly Argument[],
  signal: AbortSignal,
  sent: () => void,
  how?: CallOptions,
) => Promise<RedisAnswer>;

/** Servers of a cluster are connected when they are needed. */
async function connected(
  server: RedisConnection | Redis,
  signal: AbortSignal,
  send: Send,
  argv: readonly Argument[],
  sent: () => void,
): Promise<RedisAnswer> {
  if (server.status === 'wait') await server.connect().catch(() => undefined);
  return send(server, argv, signal, sent);
}

function failureOf(where: string, wire: RedisFailure['wire'], problem: unknown, lastError: Error | undefined): RedisFailure {
  const vague =
    problem instanceof Error &&
    /Connection is closed|ECONN|Failed to refresh slots|None of startup nodes|All sentinels/.test(problem.message);
  const cause = (vague && lastError !== undefined ? lastError : problem) as NodeJS.ErrnoException;
  const nodes = (problem as { readonly lastNodeError?: Error }).lastNodeError;
  const message = [cause instanceof Error ? cause.message : String(cause), ...(nodes === undefined ? [] : [nodes.message])].join(
    ': ',
  );
  const about = { ok: false, wire, message: `${where}: ${message}` } as const;
  if (noAuth.test(message)) return { ...about, class: 'auth', code: 'auth', hint: 'username, password and the ACL of this user' };
  if (badPapers.test(`${cause.code ?? ''} ${message}`))
    return { ...about, class: 'auth', code: cause.code ?? 'tls', hint: 'tls: { ca: file, serverName } of the target' };
  if (notNow.test(message))
    return { ...about, class: 'connection', code: (/^[A-Z]+/.exec(message)?.[0] ?? 'redis').toLowerCase() };
  return { ...about, class: wire === 'refused' ? 'validation' : 'connection', code: cause.code ?? 'redis' };
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

/** The driver gives texts as bytes, and integers of a single server as their digits. Throws for an integer of a cluster that it has rounded. */
function plainReply(whole: unknown, encoding: 'latin1' | 'utf8'): RedisReply {
  const [int64, undecoded]: [string[], string[]] = [[], []];
  const plain = (reply: unknown, pointer: string): Json => {
    if (reply === null || reply === undefined) return null;
    if (typeof reply === 'boolean') return reply;
    if (typeof reply === 'string' || typeof reply === 'number') {
      if (Number.isSafeInteger(Number(reply))) return Number(reply);
      if (typeof reply === 'number') throw new Error('the reply is an integer beyond 2^53, which cannot be kept exactly');
      if (/^-?[0-9]+$/.test(reply)) int64.push(pointer);
      return reply;
    }
    if (Buffer.isBuffer(reply)) {
      if (encoding === 'utf8' && !isUtf8(reply)) undecoded.push(pointer);
      return reply.toString(encoding);
    }
    const inside = (one: unknown, key: string): Json => plain(one, `${pointer}/${escapeKey(key)}`);
    if (Array.isArray(reply)) return reply.map((one, index) => inside(one, String(index)));
    // The driver has made texts of the names of fields: two that are not UTF-8 may have become one.
    if (Object.keys(reply).some((key) => key.includes('\ufffd'))) undecoded.push(pointer);
    return Object.fromEntries(Object.entries(reply).map(([key, value]) => [key, inside(value, key)]));
  };
  return { ok: true, reply: plain(whole, ''), int64, undecoded };
}

const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
