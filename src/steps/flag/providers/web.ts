/** JSON over HTTP as flag services speak it: one exchange, every refusal with its status and class. */
import { classOfStatus, exchange } from '../../../clients/http.ts';
import { parseExactJson } from '../../../interpreter/core/model/json.ts';
import type { Json } from '../../../interpreter/core/model/value.ts';
import type { FlagCall, FlagFailure } from './provider.ts';
import { flagRefused } from './provider.ts';
import { firstPart } from '../../../interpreter/port/text.ts';

export interface WebRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly mediaType?: string;
  /** The request may change something. */
  readonly writes?: boolean;
}

export interface WebReply {
  readonly ok: true;
  readonly status: number;
  readonly body: Readonly<Record<string, Json>>;
}

/** Every answer that came, whatever its status; a body that is not a JSON object is an error only with a status below 300. */
export async function askServer(request: WebRequest, call: FlagCall): Promise<WebReply | FlagFailure> {
  const reply = await exchange({
    method: request.method,
    url: request.url,
    headers: {
      accept: 'application/json',
      ...(request.body === undefined ? {} : { 'content-type': request.mediaType ?? 'application/json' }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    signal: call.signal,
    ...(request.writes === true ? { sent: call.sent } : {}),
  });
  if (!reply.ok) return reply;
  const body = objectOf(reply.text);
  if (body === undefined && reply.status < 300 && request.writes !== true)
    return { ...flagRefused('not-json', 'the flag service answered no JSON object'), class: 'plugin' };
  return { ok: true, status: reply.status, body: body ?? {} };
}

/** The failure that a status means. */
export function statusFailure(reply: WebReply, what: string): FlagFailure {
  const { status, body } = reply;
  const said = [body['message'], body['errorDetails'], body['error']].find((one) => typeof one === 'string');
  const words = `the flag service answered ${String(status)} to ${what}${said === undefined ? '' : `: ${firstPart(said, 200)}`}`;
  return {
    ...flagRefused(`status-${String(status)}`, words),
    wire: status >= 500 ? 'unknown' : 'refused',
    class: classOfStatus(status),
  };
}

function objectOf(text: string): Readonly<Record<string, Json>> | undefined {
  try {
    const { json: body } = parseExactJson(text);
    return body !== null && typeof body === 'object' && !Array.isArray(body)
      ? (body as Readonly<Record<string, Json>>)
      : undefined;
  } catch {
    return undefined;
  }
}
