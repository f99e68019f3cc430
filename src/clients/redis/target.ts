/** The configuration entry of a Redis: one server, a master that sentinels know, or a cluster. Every key is known or refused. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { isEntry, refuseUnknown, entryText } from '../entry.ts';
import type { TlsOptions } from '../tls.ts';
import { tlsOf } from '../tls.ts';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

export type RedisPlace =
  | { readonly is: 'server'; readonly address: RedisAddress }
  /** The master of this name, as the sentinels know it at each connection. */
  | {
      readonly is: 'sentinel';
      readonly sentinels: readonly RedisAddress[];
      readonly name: string;
      readonly username?: string;
      readonly password?: string;
    }
  | { readonly is: 'cluster'; readonly nodes: readonly RedisAddress[] };

export interface RedisTarget {
  readonly place: RedisPlace;
  /** For messages: where it is, without secrets. */
  readonly shown: string;
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  /** Undefined: no encryption. */
  readonly tls?: TlsOptions;
}

const what = 'a redis target';
/** Keys of the entry; an entry of flags in a Redis has others beside. */
export const redisKeys: readonly string[] = [
  'url',
  'host',
  'port',
  'username',
  'password',
  'db',
  'tls',
  'sentinels',
  'name',
  'sentinelUsername',
  'sentinelPassword',
  'nodes',
];

/** Throws with words for the operator. `directory`: of the runbook, root of relative paths. */
export async function readRedisTarget(entry: Json, directory: string): Promise<RedisTarget> {
  if (!isEntry(entry)) throw new Error(`${what} is a mapping with url, host and port, sentinels and name, or nodes`);
  refuseUnknown(entry, [...redisKeys, 'members'], what);
  const url = urlOf(entryText(entry, 'url', what));
  const place = placeOf(entry, url);
  const tls = (await tlsOf(entry['tls'], what, directory)) ?? (url?.protocol === 'rediss:' ? {} : undefined);
  const username = entryText(entry, 'username', what) ?? decoded(url?.username);
  const password = entryText(entry, 'password', what) ?? decoded(url?.password);
  if (username !== undefined && password === undefined)
    throw new Error(`${what} with a username needs a password: 'secret:NAME'`);
  const db = databaseOf(entry['db'] ?? url?.pathname.slice(1));
  if (place.is === 'cluster' && db !== undefined && db !== 0) throw new Error(`${what} with nodes has database 0 only`);
  return {
    place,
    shown: shownOf(place),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(db === undefined ? {} : { db }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function placeOf(entry: Readonly<Record<string, Json>>, url: URL | undefined): RedisPlace {
  const ways = ['url', 'host', 'sentinels', 'nodes'].filter((key) => entry[key] !== undefined);
  if (ways.length > 1) throw new Error(`${what} has ${ways.join(' and ')}: one of them says where it is`);
  if (entry['nodes'] !== undefined) return { is: 'cluster', nodes: addressesOf(entry['nodes'], 'nodes') };
  if (entry['sentinels'] !== undefined) {
    const name = entryText(entry, 'name', what);
    if (name === undefined) throw new Error(`${what} with sentinels needs the name of its master, e.g. name: orders`);
    const [username, password] = [entryText(entry, 'sentinelUsername', what), entryText(entry, 'sentinelPassword', what)];
    return {
      is: 'sentinel',
      sentinels: addressesOf(entry['sentinels'], 'sentinels'),
      name,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    };
  }
  if (url !== undefined)
    return { is: 'server', address: { host: url.hostname, port: url.port === '' ? 6379 : Number(url.port) } };
  const host = entryText(entry, 'host', what) ?? '127.0.0.1';
  return { is: 'server', address: { host, port: portOf(entry['port'] ?? 6379, `port of ${what}`) } };
}

function addressesOf(given: Json | undefined, key: string): readonly RedisAddress[] {
  if (!Array.isArray(given) || given.length === 0) throw new Error(`${key} of ${what} is a list: ['host:port']`);
  return (given as readonly Json[]).map((one) => {
    const [, host = '', port = ''] = /^([^\s:/]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(String(one)) ?? [];
    if (host === '') throw new Error(`"${String(one)}" in ${key} of ${what} is not a host:port`);
    return { host, port: portOf(Number(port), `${key} of ${what}`) };
  });
}

function portOf(given: Json, where: string): number {
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 1 || given > 65_535)
    throw new Error(`${where}: ${String(given)} is not a port`);
  return given;
}

/** The password that it may hold is in no message. */
function urlOf(given: string | undefined): URL | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['redis:', 'rediss:'].includes(url.protocol))
    throw new Error(`url of ${what} is redis://host:port or, encrypted, rediss://host:port`);
  return url;
}

const decoded = (part: string | undefined): string | undefined =>
  part === undefined || part === '' ? undefined : decodeURIComponent(part);

function databaseOf(given: Json | undefined): number | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const number = Number(given);
  if (!Number.isInteger(number) || number < 0) throw new Error(`db of ${what} is a number from 0`);
  return number;
}

const shownOf = (place: RedisPlace): string => {
  if (place.is === 'server') return addressText(place.address);
  if (place.is === 'cluster') return `cluster ${place.nodes.map(addressText).join(', ')}`;
  return `master ${place.name} of ${place.sentinels.map(addressText).join(', ')}`;
};

const addressText = ({ host, port }: RedisAddress): string => `${host}:${String(port)}`;
