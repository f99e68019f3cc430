/** Reads metrics from the service itself: one reading, or the increase of counters between two. */
import type { Exposition, ExposedSample } from '../../clients/exposition.ts';
import { expositionUrl, readExposition, seriesKey } from '../../clients/exposition.ts';
import type { Series } from '../../clients/prometheus.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { suggestion } from '../../interpreter/language/suggest.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import type { MetricParams } from './judge.ts';
import { judgeSeries, noData, metricRefused } from './judge.ts';
import type { Selector } from './selector.ts';
import { readSelector } from './selector.ts';

export const describeFromService = (target: Json, params: MetricParams): string =>
  `${params.query} at ${expositionUrl(target)}${params.increase === undefined ? '' : `, twice in ${String(params.increase)} ms`}`;

export async function fromService(target: Json, params: MetricParams, context: RunContext): Promise<Done> {
  const selector = readSelector(params.query, params.labels);
  if (typeof selector === 'string')
    return { ok: false, wire: 'notStarted', class: 'config', code: 'no-selector', message: selector };
  const first = await read(target, selector, params, context);
  if (!('exposed' in first) || params.increase === undefined)
    return 'exposed' in first ? judged(first.exposed, params, context) : first;
  await context.clock.sleep(params.increase, context.signal);
  const second = await read(target, selector, params, context);
  if (!('exposed' in second)) return second;
  const later = new Set(second.exposed.map(seriesKey));
  const gone = first.exposed.filter((one) => !later.has(seriesKey(one)));
  if (gone.length > 0)
    return {
      ...noData,
      missing: `${String(gone.length)} series of the first reading are not in the second: ${gone[0]?.name ?? ''}`,
    };
  const before = new Map(first.exposed.map((one) => [seriesKey(one), one.value]));
  // A counter that fell, or was not there, began at 0 meanwhile.
  const risen = second.exposed.map((one) => {
    const was = before.get(seriesKey(one)) ?? 0;
    return { ...one, value: one.value < was ? one.value : one.value - was };
  });
  return withSeconds(judged(risen, params, context), second.at - first.at);
}

interface Reading {
  readonly exposed: readonly ExposedSample[];
  /** Seconds of the monotonic clock. */
  readonly at: number;
}

async function read(target: Json, selector: Selector, params: MetricParams, context: RunContext): Promise<Reading | Done> {
  const reply = await readExposition(target, context.signal);
  if (!reply.ok) return reply;
  const { exposition } = reply;
  if (!exposition.isWhole && params.allowWarnings !== true)
    return metricRefused('warnings', 'the answer does not end with # EOF: it may be partial', 'allowWarnings: true accepts it');
  const samples = exposition.samples.filter(selector.matches);
  if (samples.length === 0) return { ...noData, missing: whatIsThere(selector, exposition) };
  const falling = params.increase === undefined ? undefined : samples.find((one) => typeOf(one.name, exposition) === 'gauge');
  if (falling !== undefined)
    return metricRefused(
      'gauge',
      `${falling.name} is a gauge, which falls as well`,
      'increase is for counters: read its value instead',
    );
  return { exposed: samples, at: context.clock.now() / 1000 };
}

/** Families of OpenMetrics bear their name without the ending of the sample. */
const typeOf = (name: string, { types }: Exposition): string | undefined =>
  types[name] ?? types[name.replace(/_(total|sum|count|bucket|created)$/, '')];

function whatIsThere({ name }: Selector, { samples }: Exposition): string {
  if (name === undefined) return 'no series matches';
  if (samples.some((one) => one.name === name)) return `no series of ${name} has these labels`;
  const near = suggestion(name, [...new Set(samples.map((one) => one.name))]);
  return `the service exposes no ${name}${near === undefined ? '' : `; ${near}`}`;
}

function judged(samples: readonly ExposedSample[], params: MetricParams, context: RunContext): Done {
  const now = context.clock.wall().getTime() / 1000;
  const old = samples.filter((one) => params.maxAge !== undefined && now - (one.at ?? now) > params.maxAge / 1000);
  if (old.length > 0) return { ...noData, missing: `${String(old.length)} series older than maxAge: ${old[0]?.name ?? ''}` };
  const several = new Set(samples.map((one) => one.name)).size > 1;
  const series: readonly Series[] = samples.map(({ name, labels, value, at }) => ({
    labels: several ? { __name__: name, ...labels } : labels,
    points: [[value, at ?? now]],
  }));
  return judgeSeries(series, params, []);
}

function withSeconds(done: Done, seconds: number): Done {
  return done.ok ? { ...done, result: { ...(done.result as Readonly<Record<string, Json>>), seconds } } : done;
}
