/** A request as routes see it: bounded, and read once. */
import type { IncomingMessage } from 'node:http';
import { CallRefused } from './reply.ts';

export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  /** Of the caller, for limits and the log. */
  readonly address: string;
  readonly body: Buffer;
}

export interface HttpCallOptions {
  readonly behindProxy: boolean;
  readonly bodyLimit: number;
}

/** Throws CallRefused. */
export async function callOf(request: IncomingMessage, { behindProxy, bodyLimit }: HttpCallOptions): Promise<HttpCall> {
  const url = targetUrl(request);
  const header = (name: string): string | undefined => {
    const found = request.headers[name];
    return Array.isArray(found) ? found.join(', ') : found;
  };
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    header,
    address: addressOf(request, behindProxy),
    body: await bodyOf(request, bodyLimit),
  };
}

/** A target that is a whole address or has another host is none of ours; `..` never reaches a file, since paths are compared with the route table. */
export function targetUrl({ url = '' }: IncomingMessage): URL {
  const base = 'http://server.invalid';
  if (!url.startsWith('/') || !URL.canParse(url, base)) throw new CallRefused(400, 'the target of the request is not a path');
  const parsed = new URL(url, base);
  if (parsed.origin !== base) throw new CallRefused(400, 'the target of the request is not a path');
  return parsed;
}

export function addressOf(request: IncomingMessage, behindProxy: boolean): string {
  const forwarded = behindProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim();
  return last === undefined || last === '' ? (request.socket.remoteAddress ?? 'local') : last;
}

async function bodyOf(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = new CallRefused(413, `the body is larger than ${String(limit)} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Fields of a form, each once. Throws CallRefused. */
export function formFields({ body, header }: HttpCall): ReadonlyMap<string, string> {
  if (header('content-type')?.split(';')[0]?.trim() !== 'application/x-www-form-urlencoded')
    throw new CallRefused(415, 'expected a form', 'content-type: application/x-www-form-urlencoded');
  const fields = [...new URLSearchParams(body.toString('utf8'))];
  const form = new Map(fields);
  if (form.size !== fields.length) throw new CallRefused(400, 'a field of the form is there twice');
  return form;
}

export function cookieIn({ header }: HttpCall, name: string): string | undefined {
  const pairs = (header('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}
