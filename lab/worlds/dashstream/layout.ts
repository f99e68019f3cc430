/** Where the files of this world are. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { LabState } from '../../state.ts';
import { runDirectory } from '../../state.ts';
import { containers } from './names.ts';
import { settingsText, usualMonitor, usualServer } from './settings.ts';

export interface Layout {
  readonly compose: string;
  readonly monitorConfig: string;
  readonly serverConfig: string;
  readonly serverLog: string;
  readonly affliction: string;
  readonly kafkaData: string;
  readonly prometheusData: string;
  /** A git repository for findings. */
  readonly repository: string;
}

export function layoutOf(state: LabState): Layout {
  const run = runDirectory(state.directory);
  const checkout = join(run, 'checkout');
  return {
    compose: join(checkout, 'docker-compose.dashstream.yml'),
    monitorConfig: join(checkout, 'config', 'quality-monitor.yaml'),
    serverConfig: join(checkout, 'config', 'websocket-server.yaml'),
    serverLog: join(run, 'websocket-server.log'),
    affliction: join(run, 'affliction.json'),
    kafkaData: join(run, 'kafka', 'data'),
    prometheusData: join(run, 'prometheus', 'data'),
    repository: join(run, 'repository'),
  };
}

export const usualTexts = {
  monitorConfig: settingsText(usualMonitor, 'quality-monitor: read when it starts'),
  serverConfig: settingsText(usualServer, 'websocket-server: read when it starts'),
} as const;

export function writeUsualFiles(state: LabState): void {
  const layout = layoutOf(state);
  mkdirSync(join(layout.monitorConfig, '..'), { recursive: true });
  writeFileSync(layout.monitorConfig, usualTexts.monitorConfig);
  writeFileSync(layout.serverConfig, usualTexts.serverConfig);
  const services = Object.fromEntries(
    Object.entries(containers).map(([name, container]) => [name, { container_name: container }]),
  );
  writeFileSync(layout.compose, stringify({ services }));
}
