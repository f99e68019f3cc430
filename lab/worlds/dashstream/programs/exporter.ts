/** `node dist/lab/dashstream/exporter.js`: limits the messages of each tenant and exports what it counts, also at `/admin/tenants/NAME/limit`. */
import { port, variable } from '../../../services/variables.ts';
import type { Metric } from '../../../services/exposition.ts';
import { exposition, labelled } from '../../../services/exposition.ts';
import { run } from '../../../services/run.ts';
import type { Answer } from '../../../services/serve.ts';
import { notFound, serve } from '../../../services/serve.ts';
import { watchAffliction } from '../affliction.ts';
import { createServiceLog } from '../service-log.ts';

interface Limit {
  readonly messages_per_second: number;
  readonly burst_capacity: number;
}

const usualLimit: Limit = { messages_per_second: 100, burst_capacity: 1000 };
/** Messages a second of each tenant. */
const usualRates: Readonly<Record<string, number>> = { 'tenant-7': 40, 'tenant-8': 20 };
/** The tenant that the lab lets send too many. */
const flooder = 'tenant-7';
const tickMs = 100;

run(async () => {
  const log = createServiceLog();
  const affliction = watchAffliction(variable('LAB_AFFLICTION'), Date.now());
  const limits = new Map(Object.keys(usualRates).map((tenant) => [tenant, usualLimit]));
  const allowed = new Map(Object.keys(usualRates).map((tenant) => [tenant, 0]));
  const exceeded = new Map(Object.keys(usualRates).map((tenant) => [tenant, 0]));
  const library = new Map<string, number>();

  const tick = (): void => {
    const { flood, untilRestart } = affliction();
    for (const [tenant, usual] of Object.entries(usualRates)) {
      const rate = tenant === flooder && flood > 0 ? flood : usual;
      const limit = limits.get(tenant)?.messages_per_second ?? Infinity;
      allowed.set(tenant, (allowed.get(tenant) ?? 0) + (Math.min(rate, limit) * tickMs) / 1000);
      const over = (Math.max(0, rate - limit) * tickMs) / 1000;
      exceeded.set(tenant, (exceeded.get(tenant) ?? 0) + over);
    }
    if (untilRestart.libraryDlq !== true) return;
    for (const name of ['sends', 'send_failures', 'send_retries', 'dropped']) library.set(name, (library.get(name) ?? 0) + 1);
  };
  setInterval(tick, tickMs);
  let told = new Map(exceeded);
  setInterval(() => {
    for (const [tenant, count] of exceeded)
      if (count > (told.get(tenant) ?? 0)) log('ERROR', `Rate limit exceeded for tenant: ${tenant}`);
    told = new Map(exceeded);
    if (affliction().untilRestart.libraryDlq === true) log('ERROR', 'DLQ handler: send failed, message dropped');
  }, 500);

  const metrics = (): readonly Metric[] => [
    counter('dashstream_rate_limit_allowed_total', 'Messages within the limit.', allowed),
    counter('dashstream_rate_limit_exceeded_total', 'Messages dropped above the limit.', exceeded),
    ...[...library].map(([name, value]): Metric => ({
      name: `dashstream_dlq_${name}_total`,
      help: 'Of the DLQ handler of the library.',
      type: 'counter',
      samples: [{ labels: { service: 'exporter' }, value }],
    })),
  ];
  await serve(port('PORT'), async (path, method, { body }) => {
    if (path === '/health') return { status: 200, json: { status: 'ok', tenants: [...limits.keys()] } };
    if (path === '/metrics') return { status: 200, text: exposition(metrics()) };
    const tenant = /^\/admin\/tenants\/([^/]+)\/limit$/.exec(path)?.[1];
    if (tenant === undefined || !limits.has(tenant)) return notFound;
    return method === 'PUT' ? changed(tenant, limits, await body()) : shown(tenant, limits);
  });
  log('INFO', `listening on port ${String(port('PORT'))}`);
});

const counter = (name: string, help: string, values: ReadonlyMap<string, number>): Metric => ({
  name,
  help,
  type: 'counter',
  samples: labelled('tenant_id', new Map([...values].map(([tenant, value]) => [tenant, Math.round(value)]))),
});

const shown = (tenant: string, limits: ReadonlyMap<string, Limit>): Answer => ({
  status: 200,
  json: { tenant, ...(limits.get(tenant) ?? usualLimit) },
});

/** What is not given stays as it is. */
function changed(tenant: string, limits: Map<string, Limit>, body: string): Answer {
  const given = JSON.parse(body) as Partial<Limit>;
  const next = { ...usualLimit, ...limits.get(tenant), ...given };
  const isWrong = [next.messages_per_second, next.burst_capacity].some((one) => typeof one !== 'number' || !(one > 0));
  if (isWrong) return { status: 400, json: { error: 'messages_per_second and burst_capacity must be numbers above 0' } };
  limits.set(tenant, { messages_per_second: next.messages_per_second, burst_capacity: next.burst_capacity });
  return shown(tenant, limits);
}
