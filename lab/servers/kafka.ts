/** One Kafka broker in KRaft mode, ready in little more than a second once prepared. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { need } from './find.ts';
import { prepareKafka } from './kafka-prepare.ts';
import { archiveFlags, javaFlags, serverProperties } from './kafka-settings.ts';
import type { Process } from './process.ts';
import { launch, ready } from './process.ts';

export interface KafkaOptions {
  readonly directory: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly detached: boolean;
}

/** Starts a broker with empty data, or with the data that are there (`keep`). */
export async function launchKafka(options: KafkaOptions, keep = false): Promise<Process> {
  const prepared = await prepareKafka();
  const own = join(options.directory, 'kafka');
  const data = join(own, 'data');
  mkdirSync(data, { recursive: true });
  if (!keep) for (const file of readdirSync(prepared.template)) copyFileSync(join(prepared.template, file), join(data, file));
  writeFileSync(
    join(own, 'server.properties'),
    serverProperties({ port: options.port, controllerPort: options.controllerPort, data }),
  );
  return launch({
    name: 'kafka',
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
    log: join(options.directory, 'kafka.log'),
    cwd: own,
    detached: options.detached,
  });
}

/** Ready: a fresh client gets metadata; that a connection opens proves nothing. */
export const kafkaReady = (options: KafkaOptions, one: Process): Promise<void> =>
  ready('kafka', () => metadata(`127.0.0.1:${String(options.port)}`), {
    within: 60_000,
    of: one,
    log: join(options.directory, 'kafka.log'),
  });

async function metadata(broker: string): Promise<boolean> {
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
    return (await admin.describeCluster()).brokers.length > 0;
  } finally {
    await admin.disconnect();
  }
}
