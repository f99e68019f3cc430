/** Targets and facts of the runbooks in this world. */
import type { LabState } from '../../state.ts';
import { addressOf, controlUrl, portOf } from '../../state.ts';
import { layoutOf } from './layout.ts';

type Entry = Readonly<Record<string, unknown>>;

export function targets(state: LabState): Readonly<Record<string, Entry>> {
  const url = (port: string): string => `http://${addressOf(state, port)}`;
  const sink = (name: string): string => `${controlUrl(state)}/sink/${name}`;
  return {
    broker: { type: 'kafka', brokers: [addressOf(state, 'kafka')] },
    prometheus: { type: 'prometheus', url: url('prometheus') },
    alertmanager: { type: 'alertmanager', url: url('alertmanager') },
    websocketServer: { type: 'http', url: url('websocketServer') },
    websocketMetrics: { type: 'exposition', url: `${url('websocketServer')}/metrics` },
    prometheusHttp: { type: 'http', url: url('prometheus') },
    exporter: { type: 'http', url: url('exporter') },
    jaeger: { type: 'http', url: url('jaeger') },
    replay: { type: 'redis', url: `redis://${addressOf(state, 'redis')}` },
    containers: { type: 'docker' },
    oncall: { type: 'pager', url: sink('pager'), routingKey: 'lab' },
    developers: { type: 'ticket', url: sink('tickets') },
    team: { type: 'chat', webhook: sink('chat') },
  };
}

export function facts(state: LabState): Readonly<Record<string, unknown>> {
  const { compose, monitorConfig, serverConfig, serverLog, kafkaData, prometheusData, repository } = layoutOf(state);
  const ports = {
    websocketServer: portOf(state, 'websocketServer'),
    prometheus: portOf(state, 'prometheus'),
    kafka: portOf(state, 'kafka'),
  };
  return { compose, monitorConfig, serverConfig, serverLog, kafkaData, prometheusData, repository, ports };
}
