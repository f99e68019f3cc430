/** The environment `lab` as a runbook configuration. */
import type { LabState } from './state.ts';
import { controlUrl, prometheusUrl } from './state.ts';

/** Text of a runbook.config.yaml: a rehearsal in which a minute lasts 60 seconds divided by `timeScale`. */
export function configuration(state: LabState, timeScale: number): string {
  const control = controlUrl(state);
  const targets: Readonly<Record<string, unknown>> = {
    metrics: { type: 'prometheus', url: prometheusUrl(state) },
    broker: { type: 'kafka', brokers: [`127.0.0.1:${String(state.ports.kafka)}`] },
    cache: { type: 'redis', url: `redis://127.0.0.1:${String(state.ports.redis)}` },
    gateway: { type: 'kubernetes', command: ['kubectl'], deployment: 'deploy/ws-gateway' },
    streams: { type: 'websocket', url: `ws://127.0.0.1:${String(state.ports.control)}/stream` },
    rest: { type: 'http', url: control },
    flags: { type: 'flag', provider: 'http', url: control },
    opsRealtime: { type: 'chat', webhook: `${control}/sink/chat` },
    partners: { type: 'statuspage', url: `${control}/sink/statuspage` },
    oncall: { type: 'pager', url: `${control}/sink/pager`, routingKey: 'lab' },
    tickets: { type: 'ticket', url: `${control}/sink/tickets` },
  };
  const lines = Object.entries(targets).map(([name, entry]) => `      ${name}: ${JSON.stringify(entry)}`);
  return [
    'environments:',
    '  lab:',
    '    rehearsal: true',
    `    timeScale: ${String(timeScale)}`,
    '    targets:',
    ...lines,
    '',
  ].join('\n');
}
