/**
 * The configuration entry of a Kafka cluster. Every key is known or refused: a misspelt `tls` would be a connection in the clear.
 * Certificates are always verified (T27); secrets come opened from references and are in no message of ours.
 */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Json } from '../../interpreter/core/value.ts';
import { suggestion } from '../../interpreter/language/suggest.ts';

export const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type Mechanism = (typeof mechanisms)[number];

export interface KafkaTls {
  /** PEM texts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** Name that the certificates of all brokers must have, instead of the name in `brokers`. */
  readonly serverName?: string;
}

export interface KafkaTarget {
  readonly brokers: readonly string[];
  readonly clientId?: string;
  readonly sasl?: { readonly mechanism: Mechanism; readonly username: string; readonly password: string };
  /** Undefined: no encryption. */
  readonly tls?: KafkaTls;
}

type Entry = Readonly<Record<string, Json>>;
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]):\d+$/;
const isEntry = (json: Json | undefined): json is Entry => json !== null && typeof json === 'object' && !Array.isArray(json);

/** Throws with words for the operator. `directory`: of the runbook, root of relative paths. */
export async function readKafkaTarget(entry: Json, directory: string): Promise<KafkaTarget> {
  if (!isEntry(entry)) throw new Error("a kafka target is a mapping with brokers: ['host:9092']");
  refuseUnknown(entry, ['brokers', 'clientId', 'sasl', 'tls', 'members'], 'a kafka target');
  const brokers = brokersOf(entry['brokers']);
  const sasl = saslOf(entry['sasl']);
  const tls = await tlsOf(entry['tls'], directory);
  // Whoever listens would have the password, or with SCRAM everything that follows it.
  if (sasl !== undefined && entry['tls'] === undefined && !brokers.every((one) => loopback.test(one)))
    throw new Error('a kafka target with sasl says tls: true or { ca: file }, or tls: false to send it in the clear');
  const clientId = text(entry, 'clientId', 'a kafka target');
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
    if (port < 1 || port > 65_535) throw new Error(`"${String(one)}" is no broker; write host:port, e.g. kafka-1.internal:9092`);
    return String(one);
  });
}

function saslOf(given: Json | undefined): KafkaTarget['sasl'] {
  if (given === undefined) return undefined;
  const where = 'sasl of a kafka target';
  if (!isEntry(given)) throw new Error(`${where} is { mechanism, username, password: 'secret:NAME' }`);
  refuseUnknown(given, ['mechanism', 'username', 'password'], where);
  const named = text(given, 'mechanism', where);
  const mechanism = mechanisms.find((one) => one === named?.toLowerCase());
  if (mechanism === undefined) throw new Error(`mechanism of ${where} is one of ${mechanisms.join(', ')}`);
  const [username, password] = [text(given, 'username', where), text(given, 'password', where)];
  if (username === undefined || password === undefined)
    throw new Error(`${where} needs username and password, e.g. password: 'secret:kafkaPassword'`);
  return { mechanism, username, password };
}

async function tlsOf(given: Json | undefined, directory: string): Promise<KafkaTls | undefined> {
  if (given === undefined || given === false) return undefined;
  if (given === true) return {};
  const where = 'tls of a kafka target';
  if (!isEntry(given))
    throw new Error(`${where} is true, false, or { ca, cert, key, serverName }; certificates are always verified`);
  refuseUnknown(given, ['ca', 'cert', 'key', 'passphrase', 'serverName'], where, 'certificates are always verified');
  const texts: Record<string, string> = {};
  for (const name of ['ca', 'cert', 'key']) {
    const said = text(given, name, where);
    if (said !== undefined) texts[name] = await pem(said, name, directory);
  }
  for (const name of ['passphrase', 'serverName']) {
    const said = text(given, name, where);
    if (said !== undefined) texts[name] = said;
  }
  const tls: KafkaTls = texts;
  if ((tls.cert === undefined) !== (tls.key === undefined))
    throw new Error(`${where} needs cert and key together; a certificate proves nothing without its key`);
  checkPems(tls);
  return tls;
}

/** A file, or the PEM text itself, as a secret reference opens to it. The path of a key is no secret; its text is in no message. */
async function pem(said: string, name: string, directory: string): Promise<string> {
  const read = said.includes('-----BEGIN')
    ? said
    : await readFile(resolve(directory, said), 'utf8').catch((problem: unknown) => {
        const code = (problem as { readonly code?: string }).code ?? 'unreadable';
        throw new Error(`${name} of the tls of a kafka target cannot be read (${code}): ${short(said)}`);
      });
  if (!read.includes('-----BEGIN')) throw new Error(`${name} of the tls of a kafka target is no PEM text`);
  return read;
}

const short = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}...` : path);

/** Said before anything connects: the driver's own words at the first connection name neither the file nor the reason. */
function checkPems(tls: KafkaTls): void {
  for (const name of ['ca', 'cert'] as const) {
    const given = tls[name];
    if (given !== undefined && !parses(() => new X509Certificate(given)))
      throw new Error(`${name} of the tls of a kafka target is no certificate in PEM`);
  }
  const { cert, key, passphrase } = tls;
  if (cert === undefined || key === undefined) return;
  const opened = parses(() => createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) }));
  if (opened === undefined)
    throw new Error('key of the tls of a kafka target cannot be opened: no private key in PEM, or another passphrase');
  if (!new X509Certificate(cert).checkPrivateKey(opened))
    throw new Error('cert and key of the tls of a kafka target do not belong together');
}

function parses<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function refuseUnknown(given: Entry, known: readonly string[], where: string, also?: string): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const shown = known.filter((key) => key !== 'members');
  const near = suggestion(unknown, shown) ?? `it has ${shown.join(', ')}`;
  throw new Error(`${where} has no "${unknown}"; ${near}${also === undefined ? '' : `; ${also}`}`);
}

function text(from: Entry, key: string, where: string): string | undefined {
  const value = from[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value === '') throw new Error(`${key} of ${where} must be a text`);
  return value;
}
