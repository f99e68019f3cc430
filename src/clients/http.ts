/** One HTTP exchange with a cap on the body, no redirects, and a classified failure. The caller's signal is the deadline. */
import type { IncomingMessage } from 'node:http';
import { decoded, unpack } from './http-body.ts';
import type { FaultClass } from '../interpreter/core/model/value.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** The largest answer that is read; default 1 MiB. */
  readonly mostBytes?: number;
  /** Called when the connection is established and the request leaves. */
  readonly sent?: () => void;
}

export type HttpReply =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
      /** false: the body is not text in the encoding that it claims; what cannot be read is U+FFFD. */
      readonly isText: boolean;
      readonly date?: string;
    }
  | {
      readonly ok: false;
      readonly wire: 'notStarted' | 'unknown';
      readonly class: FaultClass;
      readonly code: string;
      readonly message: string;
    };

const mebibyte = 1024 * 1024;

/** Node's own client, not fetch: it tells when the connection is established, which decides whether a failure is `notStarted`, and refuses no port. */
export function exchange(request: HttpRequest): Promise<HttpReply> {
  const wrong = badHeader(request.headers);
  if (wrong !== undefined)
    return Promise.resolve({
      ok: false,
      wire: 'notStarted',
      class: 'config',
      code: 'header',
      message: `the header ${wrong} has a line break or a forbidden character`,
    });
  const path = dotSegments(request.url);
  if (path !== undefined)
    return Promise.resolve({
      ok: false,
      wire: 'notStarted',
      class: 'config',
      code: 'dot-segment',
      message: `${path} would lead to another folder of the address: "." and ".." name nothing`,
    });
  // Not import(): code from the start's cache cannot load modules of node by it.
  const { request: open } = process.getBuiltinModule(request.url.startsWith('https:') ? 'node:https' : 'node:http');
  const wire = { sent: false };
  return new Promise((resolve) => {
    const refuse = (problem: unknown): void => {
      resolve(failure(problem, request, wire.sent));
    };
    // A connection of its own: one that was kept might be closed by the server just when the request leaves.
    const outgoing = open(request.url, {
      method: request.method,
      headers: { ...request.headers, ...lengthOf(request) },
      agent: false,
      // Said, so that no variable of the environment turns it off.
      rejectUnauthorized: true,
      signal: request.signal,
    });
    outgoing.on('socket', (socket) => {
      socket.once(request.url.startsWith('https:') ? 'secureConnect' : 'connect', () => {
        wire.sent = true;
        request.sent?.();
      });
    });
    outgoing.on('error', refuse);
    outgoing.on('response', (response) => {
      response.on('error', refuse);
      collect(response, request.mostBytes ?? mebibyte).then(resolve, refuse);
    });
    outgoing.end(request.body);
  });
}

/** The path, where a client would follow dots in it: a name that is only dots becomes a part of the path unchanged. */
function dotSegments(url: string): string | undefined {
  const path = /^[a-z]+:\/\/[^/?#\\]*([^?#]*)/i.exec(url)?.[1] ?? '';
  return path.split(/[/\\]/).some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)) ? path : undefined;
}

const badHeader = (headers: Readonly<Record<string, string>>): string | undefined =>
  Object.entries(headers).find(([name, value]) => /[\r\n\0]/.test(value) || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))?.[0];

const lengthOf = (request: HttpRequest): Readonly<Record<string, string>> =>
  request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) };

async function collect(response: IncomingMessage, mostBytes: number): Promise<HttpReply> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostBytes) {
      response.destroy();
      return {
        ok: false,
        wire: 'unknown',
        class: 'plugin',
        code: 'body-too-large',
        message: `the answer is larger than ${String(mostBytes / mebibyte)} MiB`,
      };
    }
    parts.push(part);
  }
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
  const { date } = headers;
  const unpacked = unpack(Buffer.concat(parts), headers['content-encoding']);
  if (typeof unpacked === 'string')
    return { ok: false, wire: 'unknown', class: 'plugin', code: 'content-encoding', message: unpacked };
  return {
    ok: true,
    status: response.statusCode ?? 0,
    headers,
    ...decoded(unpacked, headers['content-type'] ?? ''),
    ...(date === undefined ? {} : { date }),
  };
}

/** After the connection was established nobody knows what the server has done with the request. */
function failure(problem: unknown, request: HttpRequest, sent: boolean): HttpReply {
  const { host } = new URL(request.url);
  const wire = sent ? 'unknown' : 'notStarted';
  if (request.signal.aborted)
    return { ok: false, wire, class: 'timeout', code: 'timeout', message: `no answer from ${host} in time` };
  const { code, message } = causeOf(problem);
  return { ok: false, wire, class: 'connection', code, message: `${host}: ${message}` };
}

/** Several addresses of one name fail together; the first tells enough. */
function causeOf(problem: unknown): { readonly code: string; readonly message: string } {
  const error = (problem instanceof AggregateError ? problem.errors[0] : problem) as NodeJS.ErrnoException | undefined;
  const code = error?.code ?? 'http';
  return { code, message: error?.message === undefined || error.message === '' ? code : error.message };
}

/** Header pairs of a target entry: `headers`, and `token` as a bearer. */
export function headersOf(entry: unknown): Record<string, string> {
  const target = (entry ?? {}) as { readonly headers?: Readonly<Record<string, unknown>>; readonly token?: unknown };
  const headers = Object.fromEntries(
    Object.entries(target.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return typeof target.token === 'string' ? { ...headers, authorization: `Bearer ${target.token}` } : headers;
}

/** Class of an answer that is not a success. */
export function classOfStatus(status: number): FaultClass {
  if (status === 401 || status === 403) return 'auth';
  return status === 429 || status === 502 || status === 503 || status === 504 ? 'connection' : 'validation';
}
