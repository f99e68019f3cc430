/** How the broker runs: small, quick to start, and quick to come back after a kill. */

export interface ClusterMember {
  readonly id: number;
  readonly of: number;
  /** Milliseconds after which a broker that is silent counts as gone; without it: 1500. A machine that is busy needs more. */
  readonly patience?: number;
}

export interface BrokerPlace {
  readonly port: number;
  readonly controllerPort: number;
  readonly data: string;
  /** Its number and part in a cluster of several; alone when absent. Number 1 is the controller of all. */
  readonly member?: ClusterMember;
  readonly secure?: SecurePlace;
  /** Port that clients are told instead of `port`: of something in between. */
  readonly advertised?: number;
}

/** Further listeners of one broker, each with what it asks of a client; the plain one stays for readiness. */
export interface SecurePlace {
  readonly ports: { readonly sasl: number; readonly tls: number; readonly saslTls: number; readonly mutual: number };
  /** PEM: key and certificate in one file, and the authority. */
  readonly keystore: string;
  readonly authority: string;
  readonly user: string;
  readonly password: string;
  /** Known to PLAIN with the same password, but with no rights. */
  readonly stranger: string;
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
    ...listeners(place),
    `log.dirs=${place.data}`,
    'auto.create.topics.enable=false',
    'num.partitions=1',
    'offsets.topic.num.partitions=1',
    `offsets.topic.replication.factor=${String(place.member?.of ?? 1)}`,
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    `broker.session.timeout.ms=${String(place.member?.patience ?? 1500)}`,
    'broker.heartbeat.interval.ms=500',
    'log.cleaner.dedupe.buffer.size=2097152',
    'log.index.size.max.bytes=1048576',
    'num.network.threads=1',
    'num.io.threads=2',
    'background.threads=2',
    'num.recovery.threads.per.data.dir=1',
    'group.coordinator.threads=1',
    ...(place.member === undefined ? [] : clusterProperties(place.member)),
    ...(place.secure === undefined ? [] : secureProperties(place.secure)),
    '',
  ].join('\n');

/** A broker that is gone leaves the in-sync replicas within this time, and half a second more. */
const clusterProperties = ({ patience = 1500 }: ClusterMember): readonly string[] => [
  `replica.lag.time.max.ms=${String(patience)}`,
  'controller.quorum.election.timeout.ms=500',
  `controller.quorum.fetch.timeout.ms=${String(Math.max(1000, patience))}`,
];

function listeners({ port, controllerPort, member, secure, advertised = port }: BrokerPlace): readonly string[] {
  const id = member?.id ?? 1;
  const more = secure === undefined ? [] : Object.entries(named(secure)).map(([name, one]) => at(name, one));
  const clients = [at('PLAINTEXT', port), ...more];
  const controller = id === 1 ? [`CONTROLLER://127.0.0.1:${String(controllerPort)}`] : [];
  return [
    `process.roles=${id === 1 ? 'broker,controller' : 'broker'}`,
    `node.id=${String(id)}`,
    `controller.quorum.voters=1@127.0.0.1:${String(controllerPort)}`,
    `listeners=${[...clients, ...controller].join(',')}`,
    `advertised.listeners=${[at('PLAINTEXT', advertised), ...more].join(',')}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL,MUTUAL:SSL',
  ];
}

const at = (name: string, port: number): string => `${name}://127.0.0.1:${String(port)}`;

const named = ({ ports }: SecurePlace): Readonly<Record<string, number>> => ({
  SASL: ports.sasl,
  TLS: ports.tls,
  SASLTLS: ports.saslTls,
  MUTUAL: ports.mutual,
});

function secureProperties({ keystore, authority, user, password, stranger }: SecurePlace): readonly string[] {
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${user}="${password}" user_${stranger}="${password}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const logins = ['sasl', 'sasltls'].flatMap((listener) => [
    `listener.name.${listener}.plain.sasl.jaas.config=${plain}`,
    `listener.name.${listener}.scram-sha-256.sasl.jaas.config=${scram}`,
    `listener.name.${listener}.scram-sha-512.sasl.jaas.config=${scram}`,
  ]);
  return [
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    `super.users=User:ANONYMOUS;User:CN=client;User:${user}`,
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    ...logins,
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${keystore}`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${authority}`,
    'listener.name.mutual.ssl.client.auth=required',
  ];
}
