/** Performs metric steps: strict about emptiness, NaN, age, several series and partial answers (F38 to F43). */
import { query } from '../../clients/prometheus.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { describeFromService, fromService } from './from-service.ts';
import type { MetricParams } from './judge.ts';
import { named, readable, metricRefused, principalValue, wantsOne, words } from './judge.ts';
import { notOlder, withLabels } from './selectors.ts';

/** Also the lookback of a server that was not told another. */
const defaultMaxAge = 300_000;

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => ({
    describe: (params) =>
      open.targetType === 'exposition'
        ? describeFromService(open.target, params as unknown as MetricParams)
        : expressionOf(params as unknown as MetricParams),
    run: async (params, context) =>
      (open.targetType === 'exposition' ? fromService : perform)(open.target, params as unknown as MetricParams, context),
    close: async () => undefined,
  }),
};

/** An answer bears the time of the evaluation, not that of the sample: age is a condition inside the query (F42). */
function expressionOf(params: MetricParams): string {
  const labelled = withLabels(params.query, params.labels ?? {});
  return params.maxAge === undefined || params.maxAge >= defaultMaxAge ? labelled : notOlder(labelled, params.maxAge);
}

async function perform(target: Json, params: MetricParams, context: RunContext): Promise<Done> {
  const expression = expressionOf(params);
  const now = context.clock.wall().getTime() / 1000;
  const every = (params.past?.every ?? 0) / 1000;
  const range = params.past === undefined ? undefined : { start: now - every * (params.past.count - 1), end: now, step: every };
  const reply = await query(target, expression, range, context.signal);
  if (!reply.ok) return reply;
  if (range === undefined && reply.resultType === 'matrix')
    return metricRefused(
      'range-vector',
      'the query gives a range vector, not values',
      'take a function over it, for example rate() or last_over_time()',
    );
  if (reply.warnings.length > 0 && params.allowWarnings !== true) {
    return metricRefused('warnings', `the answer may be partial: ${reply.warnings.join('; ')}`, 'allowWarnings: true accepts it');
  }
  const { series } = reply;
  const { base, nothing, end } = readable(series, params, reply.warnings);
  if (end !== undefined) return end;
  const maxAge = (params.maxAge ?? defaultMaxAge) / 1000;
  const newest = Math.max(...series.map((one) => one.points.at(-1)?.[1] ?? 0));
  if (reply.serverTime - newest > maxAge + 1) return nothing;
  const labelled = withLabels(params.query, params.labels ?? {});
  if (!wantsOne(params) && range === undefined && expression !== labelled) {
    const whole = await query(target, labelled, undefined, context.signal);
    if (!whole.ok) return whole;
    const fresh = new Set(series.map(words));
    const stale = whole.series.filter((one) => !fresh.has(words(one)));
    if (stale.length > 0) return { ...nothing, missing: `${String(stale.length)} series older than maxAge: ${named(stale)}` };
  }
  return principalValue(series, params, base, nothing);
}
