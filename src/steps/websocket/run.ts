/** Performs websocket steps: a reference client (catalogue 01.9, 01.17). */
import type { ClientRequestArgs } from 'node:http';
import type { WebSocket } from 'ws';
import { headersOf } from '../../clients/http.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import type { Fields, Track } from './track.ts';
import { createTrack } from './track.ts';

interface Params {
  readonly subscribe?: string;
  readonly send?: Json;
  readonly reads?: boolean;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly expectStatus?: readonly number[];
  readonly expectClose?: readonly number[];
  readonly collect?: { readonly count: number; readonly timeout: number };
}
interface Target extends Fields {
  readonly url: string;
}

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => ({
    describe: (params) => describe(params as unknown as Params, open.target as unknown as Target),
    run: (params, context) => connect(params as unknown as Params, open.target as unknown as Target, context),
    close: async () => undefined,
  }),
};

/** Without the query, which may hold a token. */
function describe({ subscribe, send }: Params, { url }: Target): string {
  const does = subscribe !== undefined ? `subscribe ${subscribe} at` : send === undefined ? 'open' : 'send a message to';
  return `${does} ${url}`;
}

/** A message of the author's own may be an order. */
const acts = (params: Params): boolean => params.send !== undefined && params.reads !== true;

/** How long the server may take to answer the upgrade, and to close where that is expected. */
const answerMs = 10_000;

async function connect(params: Params, target: Target, context: RunContext): Promise<Done> {
  const { WebSocket } = await import('ws');
  const endAfterMs = params.collect?.timeout ?? answerMs;
  return new Promise((resolve) => {
    const socket = openSocket(WebSocket, params, target, Math.min(answerMs, endAfterMs));
    if (!(socket instanceof WebSocket)) {
      resolve(socket);
      return;
    }
    const client: Client = { params, target, track: createTrack(target), status: 0 };
    const finish = (done: Done): void => {
      clearTimeout(timer);
      context.signal.removeEventListener('abort', stop);
      socket.terminate();
      resolve(done);
    };
    const timer = setTimeout(() => {
      finish(timedOut(client));
    }, endAfterMs);
    const stop = (): void => {
      const wire = client.status === 101 && acts(params) ? 'unknown' : 'refused';
      finish({ ok: false, wire, class: 'cancelled', code: 'stopped', message: 'stopped' });
    };
    context.signal.addEventListener('abort', stop, { once: true });
    socket.on('open', () => {
      client.status = 101;
      if (params.expectStatus?.includes(101) === false) {
        finish(
          refused(client, 'validation', 'opened', `the server opened the connection; expected ${wordsOf(params.expectStatus)}`),
        );
        return;
      }
      const message = params.send ?? (params.subscribe === undefined ? undefined : { subscribe: params.subscribe });
      if (acts(params)) context.sent();
      const sent = (): void => {
        if (params.collect === undefined && params.expectClose === undefined) finish(done(client));
      };
      if (message === undefined) sent();
      else socket.send(typeof message === 'string' ? message : JSON.stringify(message), sent);
    });
    socket.on('message', (data) => {
      client.track.take(String(data));
      if (params.collect !== undefined && params.expectClose === undefined && client.track.count() >= params.collect.count)
        finish(done(client));
    });
    socket.on('unexpected-response', (_request, response) => {
      client.status = response.statusCode ?? 0;
      finish(answered(client));
    });
    socket.on('close', (code, reason) => {
      if (client.status === 101) finish(closed(client, code, reason.toString('utf8')));
    });
    socket.on('error', (problem) => {
      if (client.status === 0) finish(notOpened(target, problem));
    });
  });
}

interface Client {
  readonly params: Params;
  readonly target: Target;
  readonly track: Track;
  /** Of the answer to the upgrade; 0 until there is one, 101 when the connection is open. */
  status: number;
}

/** An address or a header that cannot be sent is refused before anything leaves. */
function openSocket(Socket: typeof WebSocket, params: Params, target: Target, handshakeTimeout: number): WebSocket | Done {
  const headers = {
    ...headersOf(target),
    ...Object.fromEntries(Object.entries(params.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)])),
    ...(params.token === undefined ? {} : { authorization: `Bearer ${params.token}` }),
  };
  try {
    const url = new URL(target.url);
    for (const [name, value] of Object.entries(params.query ?? {})) url.searchParams.set(name, String(value));
    return new Socket(url, { headers, handshakeTimeout, ...fixed });
  } catch (problem) {
    const message = `${target.url}: ${(problem as Error).message}`;
    return { ok: false, wire: 'notStarted', class: 'config', code: 'request', message };
  }
}

const fixed = {
  perMessageDeflate: false,
  rejectUnauthorized: true,
  maxPayload: 4 * 1024 * 1024,
} satisfies ClientRequestArgs & Readonly<Record<string, unknown>>;

const wordsOf = (codes: readonly number[] | undefined): string => (codes ?? []).join(' or ');

function done(client: Client, close?: { readonly code: number; readonly reason: string }): Done {
  const { result, int64 } = client.track.noticed();
  const { collect, expectClose } = client.params;
  return {
    ok: true,
    changed: client.status === 101 && acts(client.params),
    noData: collect !== undefined && expectClose === undefined && client.status === 101 && client.track.count() === 0,
    result: { status: client.status, ...result, closeCode: close?.code ?? null, closeReason: close?.reason ?? null },
    int64,
  };
}

/** It was answered, and not as the author wants it. */
function refused(client: Client, klass: 'auth' | 'connection' | 'validation', code: string, message: string): Done {
  const changed = client.status === 101 && acts(client.params) ? ({ changed: 'unknown' } as const) : {};
  return { ok: false, wire: 'refused', class: klass, code, message, result: { status: client.status }, ...changed };
}

function answered(client: Client): Done {
  const { status, params } = client;
  if (params.expectStatus?.includes(status) === true) return done(client);
  const klass = status === 401 || status === 403 ? 'auth' : 'connection';
  const wanted = params.expectStatus === undefined ? '' : `; expected ${wordsOf(params.expectStatus)}`;
  return refused(client, klass, `status-${String(status)}`, `the upgrade was answered with ${String(status)}${wanted}`);
}

function closed(client: Client, code: number, reason: string): Done {
  const { expectClose } = client.params;
  if (expectClose === undefined || expectClose.includes(code)) return done(client, { code, reason });
  return refused(client, 'validation', 'close-code', `the server closed with ${String(code)}; expected ${wordsOf(expectClose)}`);
}

function timedOut(client: Client): Done {
  if (client.status !== 101)
    return {
      ok: false,
      wire: 'notStarted',
      class: 'timeout',
      code: 'handshake',
      message: `${client.target.url} did not open in time`,
    };
  const { expectClose } = client.params;
  if (expectClose === undefined) return done(client);
  return refused(
    client,
    'validation',
    'not-closed',
    `the server left the connection open; expected it to close with ${wordsOf(expectClose)}`,
  );
}

function notOpened({ url }: Target, problem: Error): Done {
  const code = (problem as NodeJS.ErrnoException).code ?? 'websocket';
  return { ok: false, wire: 'notStarted', class: 'connection', code, message: `${url}: ${problem.message}` };
}
