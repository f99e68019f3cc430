/**
 * The configuration entry of a Kafka cluster. Every key is known or refused: a misspelt `tls` would be a connection in the clear.
 * Certificates are always verified (T27); secrets come opened from references and are in no message of ours.
 */
import type { Json } from '../../interpreter/core/model/value.ts';
import { isEntry, refuseUnknown, entryText } from '../entry.ts';
import type { TlsOptions } from '../tls.ts';
import { tlsOf } from '../tls.ts';

export const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type Mechanism = (typeof mechanisms)[number];

export interface KafkaTarget {
  readonly brokers: readonly string[];
  readonly clientId?: string;
  readonly sasl?: { readonly mechanism: Mechanism; readonly username: string; readonly password: string };
  /** Undefined: no encryption. */
  readonly tls?: TlsOptions;
}

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]):\d+$/;

/** Throws with words for the operator. `directory`: of the runbook, root of relative paths. */
export async function readKafkaTarget(entry: Json, directory: string): Promise<KafkaTarget> {
  if (!isEntry(entry)) throw new Error("a kafka target is a mapping with brokers: ['host:9092']");
  refuseUnknown(entry, ['brokers', 'clientId', 'sasl', 'tls', 'members'], 'a kafka target');
  const brokers = brokersOf(entry['brokers']);
  const sasl = saslOf(entry['sasl']);
  const tls = await tlsOf(entry['tls'], 'a kafka target', directory);
  // Whoever listens would have the password, or with SCRAM everything that follows it.
  if (sasl !== undefined && entry['tls'] === undefined && !brokers.every((one) => loopback.test(one)))
    throw new Error('a kafka target with sasl says tls: true or { ca: file }, or tls: false to send it in the clear');
  const clientId = entryText(entry, 'clientId', 'a kafka target');
  return {
    brokers,
    ...(clientId === undefined ? {} : { clientId }),
    ...(sasl === undefined ? {} : { sasl }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function brokersOf(given: Json | undefined): readonly string[] {
  if (!Array.isArray(given) || given.length === 0) throw new Error("a kafka target needs brokers: ['host:9092']");
  return (given as readonly Json[]).map((one) => {
    const port = Number(/^(?:[^\s:/]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(String(one))?.[1] ?? 0);
    if (port < 1 || port > 65_535)
      throw new Error(`"${String(one)}" is not a broker address; write host:port, e.g. kafka-1.internal:9092`);
    return String(one);
  });
}

function saslOf(given: Json | undefined): KafkaTarget['sasl'] {
  if (given === undefined) return undefined;
  const where = 'sasl of a kafka target';
  if (!isEntry(given)) throw new Error(`${where} is { mechanism, username, password: 'secret:NAME' }`);
  refuseUnknown(given, ['mechanism', 'username', 'password'], where);
  const named = entryText(given, 'mechanism', where);
  const mechanism = mechanisms.find((one) => one === named?.toLowerCase());
  if (mechanism === undefined) throw new Error(`mechanism of ${where} is one of ${mechanisms.join(', ')}`);
  const [username, password] = [entryText(given, 'username', where), entryText(given, 'password', where)];
  if (username === undefined || password === undefined)
    throw new Error(`${where} needs username and password, e.g. password: 'secret:kafkaPassword'`);
  return { mechanism, username, password };
}
