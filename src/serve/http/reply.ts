/** What a route answers, and what every answer carries. No answer has a script or a style of its own: the policy allows the two static files alone. */
import type { Html } from '../pages/html.ts';

/** Sends until the caller has gone or there is nothing more; `gone` tells. */
export type Live = (send: (text: string) => void, gone: AbortSignal) => Promise<void>;

export interface RouteReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Live;
}

/** Why a call was not done. Told to the caller in words, as a page, as JSON or as text. */
export class CallRefused extends Error {
  readonly status: number;
  readonly hint: string | undefined;
  constructor(status: number, why: string, hint?: string) {
    super(why);
    this.name = 'Refused';
    this.status = status;
    this.hint = hint;
  }
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const commonHeaders = (isHttps: boolean): Readonly<Record<string, string>> => ({
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  ...(isHttps ? { 'strict-transport-security': 'max-age=31536000' } : {}),
});

export const htmlPage = (body: Html, status = 200): RouteReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: body.html,
});

export const json = (value: unknown, status = 200): RouteReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export const textReply = (body: string, type = 'text/plain; charset=utf-8'): RouteReply => ({
  status: 200,
  headers: { 'content-type': type },
  body,
});

/** After a form: the browser looks at the page with GET, and a reload repeats nothing. */
export const seeOther = (location: string, headers: RouteReply['headers'] = {}): RouteReply => ({
  status: 303,
  headers: { ...headers, location },
  body: '',
});

/** Server-sent events. */
export const live = (body: Live): RouteReply => ({ status: 200, headers: { 'content-type': 'text/event-stream' }, body });
