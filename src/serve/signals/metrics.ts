/** The text that Prometheus reads, version 0.0.4. Pure. */
import type { MetricSample } from './counts.ts';

/** Every metric of the server: its type and what it counts. */
const families: Readonly<Record<string, readonly ['counter' | 'gauge', string]>> = {
  runbook_runs: ['gauge', 'Runs that are kept, by state and outcome.'],
  runbook_questions_open: ['gauge', 'Questions of running runs that nobody has answered, by kind.'],
  runbook_serve_starts_total: ['counter', 'Runs that this server has started, by who asked for them.'],
  runbook_serve_acts_total: ['counter', 'Answers and controls of people, and whether the engine counted them.'],
  runbook_serve_alerts_total: ['counter', 'Alerts of webhooks, by what became of them.'],
  runbook_serve_sign_ins_total: ['counter', 'People who have signed in with a browser.'],
  runbook_serve_refused_total: ['counter', 'Requests that were refused, by status.'],
  runbook_serve_traces_total: ['counter', 'Traces of runs, by whether the collector took them.'],
};

export function metricsText(samples: readonly MetricSample[]): string {
  const lines = Object.entries(families).flatMap(([name, [type, help]]) => {
    const own = samples.filter((one) => one.name === name);
    return own.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...own.map(line)];
  });
  return `${lines.join('\n')}\n`;
}

function line({ name, labels, value }: MetricSample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${String(value)}`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
