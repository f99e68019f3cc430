/** Prometheus' query API: form-encoded POST, so that no expression is ever cut by a URL; answers read strictly (F38 to F43). */
import type { FaultClass } from '../interpreter/core/model/value.ts';
import { classOfStatus, exchange, headersOf } from './http.ts';

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Value and time (seconds) of each point; one for an instant query. */
  readonly points: readonly (readonly [number, number])[];
}

export type QueryReply =
  | {
      readonly ok: true;
      readonly series: readonly Series[];
      readonly resultType: string;
      readonly warnings: readonly string[];
      readonly serverTime: number;
    }
  | {
      readonly ok: false;
      readonly wire: 'notStarted' | 'refused' | 'unknown';
      readonly class: FaultClass;
      readonly code: string;
      readonly message: string;
    };

interface Payload {
  readonly status?: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly data?: { readonly resultType?: string; readonly result?: unknown };
}

export interface QueryRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export async function query(
  target: unknown,
  expression: string,
  range: QueryRange | undefined,
  signal: AbortSignal,
): Promise<QueryReply> {
  const base = String((target as { url?: string } | null)?.url ?? '').replace(/\/$/, '');
  const pairs: Record<string, string> = {
    query: expression,
    ...(range === undefined ? {} : { start: String(range.start), end: String(range.end), step: String(range.step) }),
  };
  const reply = await exchange({
    method: 'POST',
    url: `${base}/api/v1/${range === undefined ? 'query' : 'query_range'}`,
    headers: { ...headersOf(target), 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(pairs).toString(),
    signal,
  });
  if (!reply.ok) return reply;
  const payload = parse(reply.text);
  if (payload === undefined) {
    return {
      ok: false,
      wire: 'refused',
      class: reply.status === 200 ? 'plugin' : classOfStatus(reply.status),
      code: 'not-prometheus',
      message: `${base} answered ${String(reply.status)} with something that is not a Prometheus answer`,
    };
  }
  if (payload.status !== 'success') {
    const kind = payload.errorType ?? `status ${String(reply.status)}`;
    const klass: FaultClass =
      reply.status === 401 || reply.status === 403
        ? 'auth'
        : kind === 'bad_data'
          ? 'config'
          : kind === 'timeout' || reply.status === 503
            ? 'connection'
            : 'validation';
    return { ok: false, wire: 'refused', class: klass, code: kind, message: payload.error ?? 'the query failed' };
  }
  const resultType = payload.data?.resultType ?? '';
  const series = seriesOf(resultType, payload.data?.result);
  if (series === undefined)
    return {
      ok: false,
      wire: 'refused',
      class: 'plugin',
      code: 'result-type',
      message: `a result of type ${resultType} is not a series`,
    };
  const serverTime = reply.date === undefined ? Date.now() / 1000 : Date.parse(reply.date) / 1000;
  return { ok: true, series, resultType, warnings: payload.warnings ?? [], serverTime };
}

function parse(text: string): Payload | undefined {
  try {
    const payload = JSON.parse(text) as Payload;
    return payload !== null && typeof payload === 'object' && typeof payload.status === 'string' ? payload : undefined;
  } catch {
    return undefined;
  }
}

type Point = readonly [number, string];

function seriesOf(type: string, result: unknown): readonly Series[] | undefined {
  if (type === 'scalar') return [{ labels: {}, points: [point(result as Point)] }];
  if (!Array.isArray(result) || (type !== 'vector' && type !== 'matrix')) return undefined;
  return result.map((one: { metric?: Record<string, string>; value?: Point; values?: readonly Point[] }) => ({
    labels: one.metric ?? {},
    points: one.values === undefined ? (one.value === undefined ? [] : [point(one.value)]) : one.values.map(point),
  }));
}

const point = ([time, text]: Point): readonly [number, number] => [
  text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text),
  time,
];
