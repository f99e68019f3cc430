/** An Alertmanager alone (no gossip) that tells one webhook. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { find, need } from './find.ts';
import type { Process } from './process.ts';
import { fetchText, launch, ready } from './process.ts';

export interface AlertmanagerOptions {
  readonly directory: string;
  readonly port: number;
  readonly detached: boolean;
  readonly webhook: string;
}

export async function launchAlertmanager(options: AlertmanagerOptions): Promise<Process> {
  const own = join(options.directory, 'alertmanager');
  mkdirSync(own, { recursive: true });
  const configuration = {
    route: { receiver: 'lab', group_by: ['alertname', 'venue'], group_wait: '0s', group_interval: '1s', repeat_interval: '1h' },
    receivers: [{ name: 'lab', webhook_configs: [{ url: options.webhook, send_resolved: true }] }],
  };
  writeFileSync(join(own, 'alertmanager.yml'), `${JSON.stringify(configuration, null, 2)}\n`);
  return launch({
    name: 'alertmanager',
    command: need('prometheus-alertmanager', findEither()),
    args: [
      `--config.file=${join(own, 'alertmanager.yml')}`,
      `--storage.path=${join(own, 'data')}`,
      `--web.listen-address=127.0.0.1:${String(options.port)}`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    log: join(options.directory, 'alertmanager.log'),
    cwd: own,
    detached: options.detached,
  });
}

/** Debian's name first, then the upstream one. */
export const findEither = (): string | undefined => find('prometheus-alertmanager') ?? find('alertmanager');

export const alertmanagerReady = (options: AlertmanagerOptions, one: Process): Promise<void> =>
  ready('alertmanager', async () => (await fetchText(`http://127.0.0.1:${String(options.port)}/-/ready`)) !== undefined, {
    within: 20_000,
    of: one,
    log: join(options.directory, 'alertmanager.log'),
  });
