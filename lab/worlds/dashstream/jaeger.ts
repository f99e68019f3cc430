/** The part of Jaeger's HTTP API that people search by: spans come from the websocket-server, the last of them are kept. */
import type { Server } from 'node:http';
import type { Answer, Asked } from '../../services/serve.ts';
import { notFound, serve } from '../../services/serve.ts';

export interface Told {
  readonly service: string;
  readonly traceId: string;
  readonly operation: string;
  /** Microseconds. */
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly { readonly key: string; readonly value: unknown }[];
}

const kept = 1000;
const unitsOfLookback: Readonly<Record<string, number>> = { s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 };

export interface Jaeger {
  readonly server: Server;
  /** Forgets everything but these. */
  reset(spans: readonly Told[]): void;
}

export async function openJaeger(port: number): Promise<Jaeger> {
  let spans: readonly Told[] = [];
  const answer = async (path: string, method: string, { query, body }: Asked): Promise<Answer> => {
    if (path === '/lab/spans' && method === 'POST') {
      spans = [...spans, ...(JSON.parse(await body()) as readonly Told[])].slice(-kept);
      return { status: 200, json: {} };
    }
    if (path === '/api/services') return data([...new Set(spans.map(({ service }) => service))]);
    if (path === '/api/traces') return search(spans, query);
    const id = /^\/api\/traces\/([0-9a-f]+)$/.exec(path)?.[1];
    if (id === undefined) return notFound;
    const found = spans.filter(({ traceId }) => traceId === id);
    if (found.length > 0) return data(found.map(traceOf));
    return { status: 404, json: { data: null, total: 0, errors: [{ code: 404, msg: 'trace not found' }] } };
  };
  return {
    server: await serve(port, answer),
    reset: (given) => {
      spans = given;
    },
  };
}

const data = (all: readonly unknown[]): Answer => ({
  status: 200,
  json: { data: all, total: all.length, limit: 0, offset: 0, errors: null },
});

/** Newest first, as Jaeger answers. */
function search(spans: readonly Told[], query: URLSearchParams): Answer {
  const service = query.get('service');
  if (service === null)
    return { status: 400, json: { data: null, errors: [{ code: 400, msg: "parameter 'service' is required" }] } };
  const tags = tagsOf(query.get('tags') ?? '{}');
  if (tags === undefined)
    return { status: 400, json: { data: null, errors: [{ code: 400, msg: "malformed 'tags' parameter" }] } };
  const [, count = '1', unit = 'h'] = /^(\d+)([smhd])$/.exec(query.get('lookback') ?? '1h') ?? [];
  const since = Date.now() * 1000 - Number(count) * (unitsOfLookback[unit] ?? 0);
  const found = spans.filter(
    (span) =>
      span.service === service && span.startTime >= since && Object.entries(tags).every(([key, value]) => has(span, key, value)),
  );
  return data(
    found
      .slice(-Number(query.get('limit') ?? 20))
      .reverse()
      .map(traceOf),
  );
}

function tagsOf(text: string): Readonly<Record<string, string>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, string>>;
  } catch {
    return undefined;
  }
}

const has = ({ tags }: Told, key: string, value: string): boolean =>
  tags.some((tag) => tag.key === key && String(tag.value) === value);

function traceOf({ service, traceId, operation, startTime, duration, tags }: Told): unknown {
  const typed = tags.map(({ key, value }) => ({ key, type: typeof value === 'number' ? 'int64' : typeof value, value }));
  const span = {
    traceID: traceId,
    spanID: traceId.slice(0, 16),
    operationName: operation,
    references: [],
    startTime,
    duration,
    tags: typed,
    processID: 'p1',
  };
  return { traceID: traceId, spans: [span], processes: { p1: { serviceName: service, tags: [] } } };
}
