/** One Kafka broker in KRaft mode, ready in little more than a second once prepared. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { need } from './find.ts';
import { formatStorage, prepareKafka } from './kafka-prepare.ts';
import type { PreparedKafka } from './kafka-prepare.ts';
import type { BrokerPlace } from './kafka-settings.ts';
import { archiveFlags, clusterId, javaFlags, serverProperties } from './kafka-settings.ts';
import type { Process, ServerCommand } from './process.ts';
import { launch, ready } from './process.ts';

export interface KafkaOptions extends Pick<BrokerPlace, 'port' | 'controllerPort' | 'member' | 'secure' | 'advertised'> {
  readonly directory: string;
  readonly detached: boolean;
}

/** Starts a broker with empty data, or with the data that are there (`keep`). */
export async function launchKafka(options: KafkaOptions, keep = false): Promise<Process> {
  const log = join(options.directory, 'kafka.log');
  return launch({ name: 'kafka', ...(await kafkaCommand(options, keep)), log, detached: options.detached });
}

/** Writes settings and, unless they are to be kept, empty data; the command then starts the broker as often as one likes. */
export async function kafkaCommand(options: Omit<KafkaOptions, 'detached'>, keep = false): Promise<ServerCommand> {
  const prepared = await prepareKafka();
  const own = join(options.directory, 'kafka');
  const data = join(own, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(own, 'server.properties'), serverProperties({ ...options, data }));
  if (!keep) await fill(data, prepared, options, join(own, 'server.properties'));
  return {
    command: need('java'),
    args: [
      ...javaFlags,
      ...archiveFlags(prepared.archive),
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-cp',
      prepared.classpath,
      'kafka.Kafka',
      join(own, 'server.properties'),
    ],
    cwd: own,
  };
}

/** Empty data, from the template where that will do: a format of its own takes a second. */
async function fill(
  data: string,
  prepared: PreparedKafka,
  { member, secure }: Pick<KafkaOptions, 'member' | 'secure'>,
  settings: string,
): Promise<void> {
  if (secure !== undefined) {
    const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${secure.user},password=${secure.password}]`,
    ]);
    await formatStorage(prepared.classpath, settings, users);
    return;
  }
  for (const file of readdirSync(prepared.template)) copyFileSync(join(prepared.template, file), join(data, file));
  // The template has the identity of a broker that is alone.
  if (member !== undefined)
    writeFileSync(join(data, 'meta.properties'), `version=1\ncluster.id=${clusterId}\nnode.id=${String(member.id)}\n`);
}

/** Ready: a fresh client gets metadata; that a connection opens proves nothing. */
export const kafkaReady = (options: KafkaOptions, one: Process): Promise<void> =>
  ready('kafka', () => metadata(`127.0.0.1:${String(options.port)}`), {
    within: 60_000,
    of: one,
    log: join(options.directory, 'kafka.log'),
  });

/** Whether a fresh client of this broker (`host:port`) sees so many living ones. */
export async function metadata(broker: string, living = 1): Promise<boolean> {
  const kafka = new Kafka({
    clientId: 'lab',
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 2000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length >= living;
  } finally {
    await admin.disconnect();
  }
}
