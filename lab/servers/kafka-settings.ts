/** How the broker runs: small, quick to start, and quick to come back after a kill. */

export interface BrokerPlace {
  readonly port: number;
  readonly controllerPort: number;
  readonly data: string;
}

/** C1 only, the serial collector and a shared class archive are what makes the start quick; 128 MB of heap are plenty. */
export const javaFlags: readonly string[] = ['-Xms48m', '-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** Without the archive the broker only starts more slowly. */
export const archiveFlags = (archive: string | undefined): readonly string[] =>
  archive === undefined ? [] : [`-XX:SharedArchiveFile=${archive}`];

export const clusterId = 'AAAAAAAAAAAAAAAAAAAAAA';

/** The short broker session lets a broker killed with -9 come back in three seconds instead of eleven. */
export const serverProperties = (place: BrokerPlace): string =>
  [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${String(place.controllerPort)}`,
    `listeners=PLAINTEXT://127.0.0.1:${String(place.port)},CONTROLLER://127.0.0.1:${String(place.controllerPort)}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${String(place.port)}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    `log.dirs=${place.data}`,
    'auto.create.topics.enable=false',
    'num.partitions=1',
    'offsets.topic.num.partitions=1',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'broker.session.timeout.ms=1500',
    'broker.heartbeat.interval.ms=500',
    'log.cleaner.dedupe.buffer.size=2097152',
    'log.index.size.max.bytes=1048576',
    'num.network.threads=1',
    'num.io.threads=2',
    'background.threads=2',
    'num.recovery.threads.per.data.dir=1',
    'group.coordinator.threads=1',
    '',
  ].join('\n');
