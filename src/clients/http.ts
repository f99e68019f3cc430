/** One HTTP exchange with a cap on the body, no redirects, and a classified failure. Global fetch; the caller's signal is the deadline. */
import type { FaultClass } from '../interpreter/core/value.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Called just before the request leaves. */
  readonly sent?: () => void;
}

export type HttpReply =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
      readonly date?: string;
    }
  | {
      readonly ok: false;
      readonly wire: 'notStarted' | 'unknown';
      readonly class: FaultClass;
      readonly code: string;
      readonly message: string;
    };

const bodyCap = 1024 * 1024;
/** Nothing was sent: the connection never stood. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

export async function exchange(request: HttpRequest): Promise<HttpReply> {
  for (const [name, value] of Object.entries(request.headers)) {
    if (/[\r\n\0]/.test(value) || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      return {
        ok: false,
        wire: 'notStarted',
        class: 'config',
        code: 'header',
        message: `the header ${name} has a line break or a forbidden character`,
      };
    }
  }
  try {
    request.sent?.();
    const response = await fetch(request.url, {
      method: request.method,
      headers: { ...request.headers },
      redirect: 'manual',
      signal: request.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const text = await capped(response);
    if (text === undefined)
      return { ok: false, wire: 'unknown', class: 'plugin', code: 'body-too-large', message: 'the answer is larger than 1 MiB' };
    const date = response.headers.get('date');
    return {
      ok: true,
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text,
      ...(date === null ? {} : { date }),
    };
  } catch (problem) {
    return failure(problem, request);
  }
}

async function capped(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > bodyCap) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function failure(problem: unknown, request: HttpRequest): HttpReply {
  const { host } = new URL(request.url);
  if (request.signal.aborted)
    return { ok: false, wire: 'unknown', class: 'timeout', code: 'timeout', message: `no answer from ${host} in time` };
  const cause = problem instanceof Error && problem.cause instanceof Error ? (problem.cause as NodeJS.ErrnoException) : undefined;
  const code = cause?.code ?? 'fetch';
  const message = `${host}: ${cause?.message !== undefined && cause.message !== '' ? cause.message : code}`;
  return { ok: false, wire: beforeSending.has(code) ? 'notStarted' : 'unknown', class: 'connection', code, message };
}

/** Header pairs of a target entry: `headers`, and `token` as a bearer. */
export function headersOf(entry: unknown): Record<string, string> {
  const target = (entry ?? {}) as { readonly headers?: Readonly<Record<string, unknown>>; readonly token?: unknown };
  const headers = Object.fromEntries(
    Object.entries(target.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return typeof target.token === 'string' ? { ...headers, authorization: `Bearer ${target.token}` } : headers;
}

/** Class of an answer that is no success. */
export function classOfStatus(status: number): FaultClass {
  if (status === 401 || status === 403) return 'auth';
  return status === 429 || status === 502 || status === 503 || status === 504 ? 'connection' : 'validation';
}
