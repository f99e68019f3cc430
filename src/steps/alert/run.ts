/** Performs alert steps: states by Prometheus' rules, silences by Alertmanager. */
import { alertRules } from '../../clients/prometheus-rules.ts';
import type { AlertRule } from '../../clients/prometheus-rules.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { nearest } from '../../interpreter/language/suggest.ts';
import { captureSilences, create, expire, expireOwn, matcherWords } from './silences.ts';
import type { Silencing } from './silences.ts';

interface Params {
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly silence?: Silencing;
  readonly expire?: string;
}

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => ({
    describe: (params) => words(params as unknown as Params),
    run: async (params, context) => {
      const asked = params as unknown as Params;
      if (asked.silence !== undefined) return create(open.target, asked.silence, context);
      if (asked.expire !== undefined) return expire(open.target, asked.expire, context);
      return state(open.target, asked, context.signal);
    },
    capture: async (params, context) => {
      const { silence } = params as unknown as Params;
      return silence === undefined ? null : captureSilences(open.target, silence, context);
    },
    restore: async (old, params, context) => {
      const { silence } = params as unknown as Params;
      if (silence === undefined) return { ok: true, changed: false, result: null };
      return expireOwn(open.target, silence, (old ?? { ids: [] }) as { readonly ids: readonly string[] }, context);
    },
    preview: async (params) => ({ diff: `would ${words(params as unknown as Params)}`, data: null }),
    close: async () => undefined,
  }),
};

function words(params: Params): string {
  if (params.silence !== undefined)
    return `silence ${matcherWords(params.silence)} for ${String(Math.round(params.silence.lasts / 1000))} s`;
  if (params.expire !== undefined) return `expire the silence ${params.expire}`;
  return `read the state of ${params.alert ?? ''}${params.labels === undefined ? '' : ` with ${JSON.stringify(params.labels)}`}`;
}

/** Firing beats pending beats inactive, over all rules of that name. A rule that is not evaluated says nothing. */
async function state(target: Json, params: Params, signal: AbortSignal): Promise<Done> {
  const reply = await alertRules(target, signal);
  if (!reply.ok) return reply;
  const name = params.alert ?? '';
  const named = reply.rules.filter((rule) => rule.name === name);
  const first = named[0];
  if (first === undefined) return noRule(name, reply.rules);
  const broken = named.find((rule) => rule.health === 'err');
  if (broken !== undefined) {
    const message = `the rule ${name} cannot be evaluated: ${broken.lastError ?? 'no reason given'}`;
    return { ok: false, wire: 'refused', class: 'validation', code: 'rule-unhealthy', message };
  }
  const wanted = Object.entries(params.labels ?? {});
  const alerts = named
    .flatMap((rule) => rule.alerts)
    .filter((one) => wanted.every(([label, value]) => one.labels[label] === String(value)))
    .map((one) => ({
      labels: { ...one.labels },
      state: one.state,
      since: one.activeAt ?? '',
      ...(Number.isFinite(Number(one.value)) ? { value: Number(one.value) } : {}),
    }));
  const worst = (['firing', 'pending'] as const).find((one) => alerts.some((alert) => alert.state === one)) ?? 'inactive';
  const rule = { group: first.group, query: first.query, holdSeconds: first.duration };
  const noData = named.some((one) => one.health !== 'ok');
  return { ok: true, changed: false, ...(noData ? { noData } : {}), result: { state: worst, alerts, rule } };
}

function noRule(name: string, rules: readonly AlertRule[]): Done {
  const names = [...new Set(rules.map((rule) => rule.name))].sort();
  const near = nearest(name, names);
  const known = names.length === 0 ? 'the server has no alerting rules' : `it has ${names.slice(0, 10).join(', ')}`;
  return {
    ok: false,
    wire: 'refused',
    class: 'config',
    code: 'no-rule',
    message: `no alerting rule is called ${name}`,
    hint: near === undefined ? known : `did you mean ${near}?`,
  };
}
