/** Every kind of server that a world may need: how it is started for the world and when it works. */
import { sshDirectory, sshHosts } from '../hosts.ts';
import type { LabState, ServerName } from '../state.ts';
import { addressOf, controlUrl, portOf, runDirectory } from '../state.ts';
import { alertmanagerReady, launchAlertmanager } from './alertmanager.ts';
import { kafkaReady, launchKafka } from './kafka.ts';
import { createDatabases, launchPostgres, postgresReady } from './postgres.ts';
import type { Process } from './process.ts';
import { launchPrometheus, prometheusReady } from './prometheus.ts';
import { launchRedis, redisReady } from './redis.ts';
import { launchSsh, sshReady } from './ssh.ts';

export interface Startable {
  readonly launch: () => Promise<Process>;
  readonly works: (one: Process) => Promise<void>;
}

/** What the servers must know of the world. */
export interface Demands {
  readonly scrape: readonly string[];
  readonly rules: readonly Readonly<Record<string, unknown>>[];
  readonly databases: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
}

export function startable(name: ServerName, state: LabState, demands: Demands): Startable {
  const at = { directory: runDirectory(state.directory), port: portOf(state, name), detached: true } as const;
  switch (name) {
    case 'kafka': {
      const kafka = { ...at, controllerPort: portOf(state, 'controller') };
      return { launch: () => launchKafka(kafka), works: (one) => kafkaReady(kafka, one) };
    }
    case 'redis':
      return { launch: () => launchRedis(at), works: (one) => redisReady(at, one) };
    case 'postgres':
      return postgres({ ...at, data: state.postgresData ?? '' }, demands);
    case 'prometheus': {
      const scrapeTargets = demands.scrape.map((port) => addressOf(state, port));
      const alerting = state.ports['alertmanager'] === undefined ? {} : { alertmanager: addressOf(state, 'alertmanager') };
      const prometheus = { ...at, scrapeTargets, rules: demands.rules, ...alerting };
      return { launch: () => launchPrometheus(prometheus), works: (one) => prometheusReady(prometheus, one) };
    }
    case 'alertmanager': {
      const alertmanager = { ...at, webhook: `${controlUrl(state)}/sink/alerts` };
      return { launch: () => launchAlertmanager(alertmanager), works: (one) => alertmanagerReady(alertmanager, one) };
    }
    case 'sshd': {
      const sshd = { ...at, directory: sshDirectory(state), hosts: sshHosts(state, demands.hosts) };
      return { launch: () => launchSsh(sshd), works: (one) => sshReady(sshd, one) };
    }
  }
}

const postgres = (options: Parameters<typeof launchPostgres>[0], { databases }: Demands): Startable => ({
  launch: () => launchPostgres(options),
  works: async (one) => {
    await postgresReady(options, one);
    await createDatabases(options.port, databases);
  },
});
