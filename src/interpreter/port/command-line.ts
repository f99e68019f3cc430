/**
 * A step as the command that a person would type. Pure: nothing is opened. What is not known yet stays visible: `{{steps.head.value}}`
 * as the author wrote it, an unbound target or a secret as a shell variable to set first.
 */
import type { Json } from '../core/model/value.ts';

/** The target of a step; without `entry` it is not bound. Secrets in the entry are still references. */
export interface CommandPlace {
  readonly name: string;
  readonly type: string;
  readonly entry?: Readonly<Record<string, Json>>;
}

export type AsCommand = (params: Readonly<Record<string, Json>>, place: CommandPlace | undefined) => string;

/** Marks the name of a shell variable inside a word. NUL occurs in no argument of a program. */
const mark = '\0';
const variableName = (text: string): string => text.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
export const variable = (name: string): string => `${mark}${variableName(name)}${mark}`;

/** A field of the target, or a variable such as `$METRICS_URL`. Credentials inside an address are left out. */
export function field(place: CommandPlace | undefined, key: string, fallback?: string): string {
  const value = place?.entry?.[key];
  if (Array.isArray(value)) return value.map(String).join(',');
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return place?.entry === undefined || fallback === undefined ? unknown(place, key) : fallback;
  const reference = /^secret:(.+)$/.exec(value)?.[1];
  if (reference !== undefined) return variable(reference);
  return /^[a-z]+:\/\//.test(value) ? value.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1') : value;
}

const unknown = (place: CommandPlace | undefined, key: string): string => variable(`${place?.name ?? 'target'}_${key}`);

/** A credential of the target: always a variable, also where the configuration writes it out. */
const hidden = (place: CommandPlace | undefined, key: string, name: string, value: Json | undefined): string => {
  const reference = typeof value === 'string' ? /^secret:(.+)$/.exec(value)?.[1] : undefined;
  return variable(reference ?? `${place?.name ?? 'target'}_${key}_${name}`.replace(/_$/, ''));
};

/** `-H` options of curl and wscat for the headers and the token of a target. */
export function targetHeaders(place: CommandPlace | undefined): readonly string[] {
  const { headers, token } = place?.entry ?? {};
  return [
    ...Object.entries(mapIn(headers)).map(([name, value]) => `${name}: ${hidden(place, 'header', name, value)}`),
    ...(token === undefined ? [] : [`Authorization: Bearer ${hidden(place, 'token', '', token)}`]),
  ].flatMap((one) => ['-H', one]);
}

/** The same token without the word Bearer, as some services want it. */
export const tokenOf = (place: CommandPlace | undefined): string => hidden(place, 'token', '', place?.entry?.['token']);

/** A duration for a person: as the author wrote it, or from the milliseconds of a plan. */
export function spanText(json: Json | undefined, fallback: string): string {
  if (typeof json !== 'number') return typeof json === 'string' ? json : fallback;
  return json % 1000 === 0 ? `${String(json / 1000)}s` : `${String(json)}ms`;
}

/** An address below the target's url, with an encoded query. */
export function address(
  place: CommandPlace | undefined,
  path: string,
  query: Readonly<Record<string, Json>> = {},
  key = 'url',
): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(String(value))}`);
  const base = field(place, key).replace(/\/$/, '');
  const tail = pairs.length === 0 ? '' : `${path.includes('?') ? '&' : '?'}${pairs.join('&')}`;
  return `${base}${path === '' ? '' : `/${path.replace(/^\//, '')}`}${tail}`;
}

/** What only the run knows stays readable in an address. */
const encode = (text: string): string =>
  text
    .split(/(\{\{[^}]*\}\})/)
    .map((part, index) => (index % 2 === 1 ? part : encodeURIComponent(part)))
    .join('');

const plain = /^[A-Za-z0-9_./:=@%+,-]+$/;
const quoted = (text: string): string => (plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** One line for a POSIX shell that reads exactly these words; secrets and unknown places are variables. */
export const typed = (words: readonly string[]): string => words.map(wordTyped).join(' ');

function wordTyped(word: string, index: number): string {
  if (word === '') return "''";
  if (index === 0 && word.includes('=')) return `'${word.replaceAll("'", `'\\''`)}'`;
  return word
    .replaceAll(/\{\{\s*secrets\.([A-Za-z0-9_]+)\s*\}\}/g, (_, name: string) => variable(name))
    .split(mark)
    .map((part, at) => (at % 2 === 1 ? `"$${part}"` : part === '' ? '' : quoted(part)))
    .join('');
}

export const textIn = (json: Json | undefined): string => (typeof json === 'string' ? json : JSON.stringify(json ?? null));
export const mapIn = (json: Json | undefined): Readonly<Record<string, Json>> =>
  json !== null && typeof json === 'object' && !Array.isArray(json) ? (json as Readonly<Record<string, Json>>) : {};
export const listIn = (json: Json | undefined): readonly Json[] => (Array.isArray(json) ? (json as readonly Json[]) : []);
