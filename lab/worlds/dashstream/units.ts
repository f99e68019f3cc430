/** The containers, as units of the supervisor. */
import { join } from 'node:path';
import { builtProgram } from '../../programs.ts';
import { kafkaCommand } from '../../servers/kafka.ts';
import type { ServerCommand } from '../../servers/process.ts';
import { prometheusCommand } from '../../servers/prometheus.ts';
import type { LabState } from '../../state.ts';
import { addressOf, portOf, runDirectory } from '../../state.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import type { Unit } from '../../supervisor/unit.ts';
import { layoutOf } from './layout.ts';
import { containers } from './names.ts';
import { evaluation, interval, rules } from './rules.ts';

export const stranger = 'stranger';

/** Makes all of them known; nothing runs yet. */
export async function defineUnits(state: LabState, supervisor: Supervisor): Promise<void> {
  const directory = runDirectory(state.directory);
  const { serverConfig, monitorConfig, serverLog, affliction } = layoutOf(state);
  const kafka = await kafkaCommand({ directory, port: portOf(state, 'kafka'), controllerPort: portOf(state, 'controller') });
  const prometheus = prometheusCommand({
    directory,
    port: portOf(state, 'prometheus'),
    scrapeTargets: [],
    jobs: {
      'websocket-server': addressOf(state, 'websocketServer'),
      exporter: addressOf(state, 'exporter'),
      kafka: addressOf(state, 'kafkaMetrics'),
    },
    interval,
    evaluation,
    rules,
    alertmanager: addressOf(state, 'alertmanager'),
  });
  const shared = { KAFKA: addressOf(state, 'kafka'), LAB_AFFLICTION: affliction };
  const program = (name: string, port: string, more: Readonly<Record<string, string>> = {}): Unit => ({
    name,
    command: [process.execPath, builtProgram(join('lab', 'dashstream', `${name.replace('dashstream-', '')}.js`))],
    env: { ...shared, PORT: port, ...more },
    restart: 'never',
    stopWithin: 8000,
  });
  const websocketPort = String(portOf(state, 'websocketServer'));
  const server = {
    SETTINGS: serverConfig,
    LOG_FILE: serverLog,
    REDIS: `redis://${addressOf(state, 'redis')}`,
    JAEGER: `http://${addressOf(state, 'jaeger')}`,
  };
  const units: readonly Unit[] = [
    { ...serverUnit(containers.kafka, kafka), stopWithin: 10_000 },
    serverUnit(containers.prometheus, prometheus),
    program(containers['websocket-server'], websocketPort, server),
    program(containers['quality-monitor'], '0', { SETTINGS: monitorConfig }),
    program(containers.exporter, String(portOf(state, 'exporter'))),
    program(stranger, websocketPort),
  ];
  for (const unit of units) supervisor.define(unit.name === stranger ? unit : { ...unit, container: unit.name });
}

/** What has crashed stays so until somebody starts it. */
const serverUnit = (name: string, { command, args, cwd }: ServerCommand): Unit => ({
  name,
  command: [command, ...args],
  cwd,
  restart: 'never',
});
