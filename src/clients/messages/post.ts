/** Requests to providers: a wait that they ask for is kept as long as the step has time, and failures are told without secrets. */
import type { RunContext } from '../../interpreter/port/step-type.ts';
import { classOfStatus, exchange } from '../http.ts';
import type { HttpReply } from '../http.ts';
import { failed } from './message.ts';
import type { SendFailure } from './message.ts';
import { quoted, scrub } from './text.ts';

export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type ProviderAnswer = Extract<HttpReply, { readonly ok: true }>;

export interface ProviderQuestion {
  /** Made anew for each try: a signature holds the time. */
  readonly request: () => ProviderRequest;
  readonly secrets: readonly string[];
  /** Milliseconds to wait where the provider is too busy and names no time; undefined: not asked again. */
  readonly pauseMs?: number;
  /** The provider drops a repetition by a key in the request: a lost reply and a failing server are asked again. */
  readonly keyed?: boolean;
}

/** 420 is what Statuspage says beside 429. */
const busy: readonly number[] = [429, 420];
const leastPauseMs = 200;
/** Repetitions of what got lost. What a busy provider asks for is only bounded by the step's time. */
const repetitions = 2;

/** An answer of whatever status, or why there is none. Reads do not count as sent. */
export async function askProvider(asking: ProviderQuestion, context: RunContext): Promise<ProviderAnswer | SendFailure> {
  const began = context.clock.now();
  for (let n = 1; ; n += 1) {
    const request = asking.request();
    const answer = await once(request, asking, context);
    const pause = pauseAfter(answer, asking, n, context);
    const left = context.deadline - (context.clock.now() - began);
    if (pause === undefined || pause >= left || context.signal.aborted) return answer;
    context.progress({ text: `${new URL(request.url).host}: asked again in ${String(Math.ceil(pause / 1000))} s` });
    await context.clock.sleep(Math.max(pause, leastPauseMs), context.signal).catch(() => undefined);
    if (context.signal.aborted) return answer;
  }
}

async function once(
  request: ProviderRequest,
  asking: ProviderQuestion,
  context: RunContext,
): Promise<ProviderAnswer | SendFailure> {
  const reads = request.method === 'GET';
  const reply = await exchange({ ...request, signal: context.signal, ...(reads ? {} : { sent: context.sent }) });
  if (reply.ok) return reply;
  return { ...reply, wire: reads ? 'notStarted' : reply.wire, message: scrub(reply.message, asking.secrets) };
}

function pauseAfter(
  answer: ProviderAnswer | SendFailure,
  asking: ProviderQuestion,
  n: number,
  context: RunContext,
): number | undefined {
  const keyed = asking.keyed === true && n <= repetitions;
  if (!answer.ok) return keyed && answer.wire === 'unknown' ? 500 * n : undefined;
  if (busy.includes(answer.status)) return retryAfter(answer, context) ?? asking.pauseMs;
  return keyed && answer.status >= 500 ? (retryAfter(answer, context) ?? 500 * n) : undefined;
}

/** Seconds, or a date. */
function retryAfter(reply: ProviderAnswer, context: RunContext): number | undefined {
  const said = reply.headers['retry-after']?.trim();
  if (said === undefined || said === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(said)) return Math.ceil(Number(said) * 1000);
  const at = Date.parse(said);
  return Number.isNaN(at) ? undefined : Math.max(0, at - context.clock.wall().getTime());
}

/** An answer that is not a success. A server that failed cannot say that nothing happened; 503 and what is below do. */
export function providerRefusal(reply: ProviderAnswer, host: string, secrets: readonly string[], words = ''): SendFailure {
  const later = reply.headers['retry-after'];
  const said = quoted(words, secrets);
  return failed(
    reply.status >= 500 && reply.status !== 503 ? 'unknown' : 'refused',
    busy.includes(reply.status) || reply.status >= 500 ? 'connection' : classOfStatus(reply.status),
    `status-${String(reply.status)}`,
    `${host} answered ${String(reply.status)}${said === '' ? '' : `: ${said}`}`,
    later === undefined ? undefined : `it asks to wait ${later} s`,
  );
}

/** The body as a JSON mapping, or nothing. */
export function mappingIn(reply: ProviderAnswer): Readonly<Record<string, unknown>> | undefined {
  const body = jsonIn(reply);
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? (body as Readonly<Record<string, unknown>>)
    : undefined;
}

export function jsonIn(reply: ProviderAnswer): unknown {
  try {
    return JSON.parse(reply.text) as unknown;
  } catch {
    return undefined;
  }
}

export const isSuccess = (reply: ProviderAnswer): boolean => reply.status >= 200 && reply.status < 300;
