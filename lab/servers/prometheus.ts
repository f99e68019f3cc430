/** A Prometheus that scrapes and evaluates its rules every second, unless it is told to be quicker. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { need } from './find.ts';
import type { Process, ServerCommand } from './process.ts';
import { fetchText, launch, ready } from './process.ts';

export interface PrometheusOptions {
  readonly directory: string;
  readonly port: number;
  readonly detached: boolean;
  /** `host:port` whose /metrics are scraped, as the job `lab`. */
  readonly scrapeTargets: readonly string[];
  /** Further jobs: name -> `host:port`. */
  readonly jobs?: Readonly<Record<string, string>>;
  /** Between two scrapes and evaluations; without it: 1s. */
  readonly interval?: string;
  /** Between two evaluations, if rules are evaluated more often than there are scrapes. */
  readonly evaluation?: string;
  /** As they are in a file of rules. */
  readonly rules?: readonly Readonly<Record<string, unknown>>[];
  /** `host:port` of an Alertmanager. */
  readonly alertmanager?: string;
}

export async function launchPrometheus(options: PrometheusOptions): Promise<Process> {
  const log = join(options.directory, 'prometheus.log');
  return launch({ name: 'prometheus', ...prometheusCommand(options), log, detached: options.detached });
}

/** Writes its files; the command then starts it as often as one likes. */
export function prometheusCommand(options: Omit<PrometheusOptions, 'detached'>): ServerCommand {
  const { interval = '1s', evaluation = interval } = options;
  const own = join(options.directory, 'prometheus');
  mkdirSync(own, { recursive: true });
  writeFileSync(
    join(own, 'rules.yml'),
    `${JSON.stringify({ groups: [{ name: 'lab', interval: evaluation, rules: options.rules ?? [] }] }, null, 2)}\n`,
  );
  writeFileSync(join(own, 'prometheus.yml'), `${JSON.stringify(configuration(options, own), null, 2)}\n`);
  return {
    command: need('prometheus'),
    args: [
      `--config.file=${join(own, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(own, 'data')}`,
      `--web.listen-address=127.0.0.1:${String(options.port)}`,
      '--storage.tsdb.retention.time=1h',
      '--web.enable-lifecycle',
      '--web.enable-admin-api',
      '--log.level=warn',
    ],
    cwd: own,
  };
}

const configuration = ({ interval = '1s', ...options }: Omit<PrometheusOptions, 'detached'>, own: string): unknown => ({
  global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
  rule_files: [join(own, 'rules.yml')],
  scrape_configs: [
    { job_name: 'prometheus', static_configs: [{ targets: [`127.0.0.1:${String(options.port)}`] }] },
    ...Object.entries(options.jobs ?? {}).map(([name, target]) => ({ job_name: name, static_configs: [{ targets: [target] }] })),
    ...(options.scrapeTargets.length === 0 ? [] : [{ job_name: 'lab', static_configs: [{ targets: options.scrapeTargets }] }]),
  ],
  ...(options.alertmanager === undefined
    ? {}
    : { alerting: { alertmanagers: [{ static_configs: [{ targets: [options.alertmanager] }] }] } }),
});

/** Ready: every target has a first sample, seconds after the server calls itself ready. */
export function prometheusReady(options: PrometheusOptions, one: Process): Promise<void> {
  const url = `http://127.0.0.1:${String(options.port)}`;
  const probe = async (): Promise<boolean> => ((await query(url, 'count(up == 1)')) ?? 0) >= 1 + options.scrapeTargets.length;
  return ready('prometheus', probe, { within: 120_000, of: one, log: join(options.directory, 'prometheus.log') });
}

/** Value of an instant query's first series; undefined: none. */
export async function query(url: string, expression: string): Promise<number | undefined> {
  const text = await fetchText(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`, 10_000);
  const reply = JSON.parse(text ?? '{}') as {
    readonly data?: { readonly result?: readonly { readonly value: readonly [number, string] }[] };
  };
  const value = reply.data?.result?.[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}
