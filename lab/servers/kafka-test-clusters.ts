/** Kafka for tests that one plain broker cannot serve: listeners that ask for certificates and passwords, and several brokers. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from './certificates.ts';
import { makeAuthority, makeIdentity, papersOf } from './certificates.ts';
import { kafkaReady, launchKafka, metadata } from './kafka.ts';
import { freePorts, ready } from './process.ts';
import type { TestKafka, TestServer } from './test-servers.ts';
import { start } from './test-servers.ts';

export interface TestSecureKafka extends TestKafka {
  /** `host:port` of the listeners: SASL in the clear, TLS, SASL over TLS, and TLS that asks the client for a certificate. */
  readonly at: { readonly sasl: string; readonly tls: string; readonly saslTls: string; readonly mutual: string };
  /** File of the authority that all certificates are from. */
  readonly ca: string;
  /** File of another one. */
  readonly strangeCa: string;
  readonly client: Identity;
  /** Known to PLAIN and to both kinds of SCRAM. */
  readonly user: string;
  readonly password: string;
  /** Known to PLAIN with the same password, but with no rights. */
  readonly stranger: string;
}

export function startSecureKafka(): Promise<TestSecureKafka> {
  const login = { user: 'tester', stranger: 'stranger', password: `pass-${crypto.randomUUID()}` };
  return start('kafka', 6, ([port = 0, controllerPort = 0, sasl = 0, tls = 0, saslTls = 0, mutual = 0], directory) => {
    const papers = join(directory, 'papers');
    const authority = papersOf(papers, 'authority');
    const keystore = join(papers, 'keystore.pem');
    const secure = { ports: { sasl, tls, saslTls, mutual }, keystore, authority: authority.cert, ...login };
    const options = { directory, port, controllerPort, detached: false, secure };
    const host = (one: number): string => `127.0.0.1:${String(one)}`;
    return {
      extra: {
        ...login,
        ca: authority.cert,
        strangeCa: papersOf(papers, 'stranger').cert,
        client: papersOf(papers, 'client'),
        brokers: [host(port)],
        at: { sasl: host(sasl), tls: host(tls), saslTls: host(saslTls), mutual: host(mutual) },
      },
      launch: async (again) => {
        if (!again) await makePapers(papers, keystore);
        return launchKafka(options, again);
      },
      ready: (one) => kafkaReady(options, one),
    };
  });
}

async function makePapers(directory: string, keystore: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const authority = await makeAuthority(directory, 'authority');
  await makeAuthority(directory, 'stranger');
  await makeIdentity(directory, 'client', authority, 'DNS:client.test');
  const broker = await makeIdentity(directory, 'broker', authority, 'IP:127.0.0.1,DNS:broker.test');
  writeFileSync(keystore, readFileSync(broker.key, 'utf8') + readFileSync(broker.cert, 'utf8'));
}

export interface TestKafkaCluster {
  /** Numbers 1, 2 and 3, in this order. Never kill the first: without its only controller the metadata stay as they were. */
  readonly members: readonly TestServer[];
  readonly brokers: readonly string[];
  stop(): Promise<void>;
}

const size = 3;

export async function startKafkaCluster(): Promise<TestKafkaCluster> {
  const [controllerPort = 0] = await freePorts(1);
  const member = (id: number): Promise<TestServer> =>
    start(`kafka-${String(id)}`, 1, ([port = 0], directory) => {
      const options = { directory, port, controllerPort, detached: false, member: { id, of: size } };
      return {
        extra: {},
        launch: (again) => launchKafka(options, again),
        ready: (one) => kafkaReady(options, one),
      };
    });
  const first = await member(1);
  const members = [first, ...(await Promise.all([member(2), member(3)]))];
  await ready('the cluster', () => metadata(`127.0.0.1:${String(first.port)}`, size), { within: 60_000 });
  return {
    members,
    brokers: members.map((one) => `127.0.0.1:${String(one.port)}`),
    stop: async () => {
      // The controller last: the others say goodbye to it.
      for (const one of [...members].reverse()) await one.stop();
    },
  };
}
