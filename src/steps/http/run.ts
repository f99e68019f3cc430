/** Performs http steps. A path never leaves what lies below the url of the target. */
import { classOfStatus, exchange, headersOf } from '../../clients/http.ts';
import type { ExactJson } from '../../interpreter/core/model/json.ts';
import { parseExactJson } from '../../interpreter/core/model/json.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { overridesMethod } from './method.ts';

type Scalars = Readonly<Record<string, string | number | boolean>>;
interface Params {
  readonly method?: string;
  readonly url: string;
  readonly query?: Scalars;
  readonly headers?: Scalars;
  readonly body?: Json;
  readonly text?: string;
  readonly form?: Scalars;
  readonly expectStatus?: readonly number[];
}

export const runner: Runner = {
  open: async (context: OpenContext): Promise<Session> => {
    const base = String((context.target as { url?: string } | null)?.url ?? '');
    return {
      describe: (params) =>
        `${(params as unknown as Params).method ?? 'GET'} ${addressOf(base, params as unknown as Params) ?? (params as unknown as Params).url}`,
      run: async (params, run) => perform(base, context.target, params as unknown as Params, run),
      preview: async (params) => {
        const request = params as unknown as Params;
        return { diff: `would send ${request.method ?? 'GET'} ${addressOf(base, request) ?? request.url}`, data: null };
      },
      close: async () => undefined,
    };
  },
};

function addressOf(base: string, params: Params): string | undefined {
  try {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(params.url)) return undefined;
    const root = new URL(base);
    const url = new URL(`${base.replace(/\/$/, '')}/${params.url.replace(/^\//, '')}`);
    // What the address means, after `..` and `%2e%2e` were followed.
    if (url.host !== root.host || !`${url.pathname}/`.startsWith(`${root.pathname.replace(/\/$/, '')}/`)) return undefined;
    for (const [name, value] of Object.entries(params.query ?? {})) url.searchParams.append(name, String(value));
    return url.href;
  } catch {
    return undefined;
  }
}

async function perform(base: string, target: Json, params: Params, context: RunContext): Promise<Done> {
  const url = addressOf(base, params);
  if (url === undefined)
    return { ok: false, wire: 'notStarted', class: 'config', code: 'url', message: `${params.url} does not lie below ${base}` };
  const method = params.method ?? 'GET';
  const writes = (method !== 'GET' && method !== 'HEAD') || overridesMethod(params as unknown as Readonly<Record<string, Json>>);
  const own = Object.fromEntries(
    Object.entries(params.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const foreign = Object.keys(own).find((name) => ofTheTransport.has(name));
  if (foreign !== undefined)
    return {
      ok: false,
      wire: 'notStarted',
      class: 'config',
      code: 'header',
      message: `the header ${foreign} belongs to the connection and cannot be set`,
      hint: 'the url of the target decides the host; the length is counted here',
    };
  const content = contentOf(params);
  const headers = {
    ...headersOf(target),
    ...(writes ? { 'idempotency-key': context.idempotencyKey } : {}),
    ...content.headers,
    ...own,
  };
  const reply = await exchange({
    method,
    url,
    headers,
    signal: context.signal,
    sent: context.sent,
    ...(content.body === undefined ? {} : { body: content.body }),
  });
  if (!reply.ok) return reply;
  await context.output('out', Buffer.from(reply.text));
  const { json: body, int64 } = parsed(reply.text);
  const undecoded = reply.isText ? [] : ['/body', '/text'];
  const result = { status: reply.status, headers: { ...reply.headers }, body, text: reply.text };
  // A gateway that gives up, or a server that fails, may have acted before.
  const doubtful = writes && (reply.status === 500 || reply.status === 502 || reply.status === 504);
  const good = params.expectStatus?.includes(reply.status) ?? (reply.status >= 200 && reply.status < 300);
  if (good) return { ok: true, changed: writes, result, int64, undecoded };
  return {
    ok: false,
    wire: doubtful ? 'unknown' : 'refused',
    class: classOfStatus(reply.status),
    code: `status-${String(reply.status)}`,
    message: `${method} ${new URL(url).pathname} answered ${String(reply.status)}`,
    result,
    undecoded,
  };
}

/** They decide where a request goes and where it ends: a second meaning of either would smuggle another request past a proxy. */
const ofTheTransport = new Set(
  'host transfer-encoding content-length connection keep-alive proxy-connection upgrade te trailer expect :authority :path'.split(
    ' ',
  ),
);

function contentOf(params: Params): { readonly headers: Record<string, string>; readonly body?: string } {
  if (params.body !== undefined) return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(params.body) };
  if (params.form !== undefined) {
    const pairs = Object.fromEntries(Object.entries(params.form).map(([name, value]) => [name, String(value)]));
    return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(pairs).toString() };
  }
  return params.text === undefined
    ? { headers: {} }
    : { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: params.text };
}

/** Integers keep all their digits; what is not JSON is text as a whole. */
function parsed(text: string): ExactJson {
  try {
    return parseExactJson(text, '/body');
  } catch {
    return { json: text, int64: [] };
  }
}
