/** Values between JSON and the server's text form, by type oid. Exact: what a JSON number cannot hold stays text. */
import { parseExactJson } from '../../interpreter/core/model/json.ts';
import type { Json } from '../../interpreter/core/model/value.ts';

type Kind = 'text' | 'money' | 'boolean' | 'integer' | 'int8' | 'float' | 'json' | 'timestamp' | 'timestamptz';

/** Base type oid -> its kind, its name, the oid of its array (pg_type.dat); all others are text. */
const types: readonly (readonly [number, Kind, string, number])[] = [
  [16, 'boolean', 'boolean', 1000],
  [17, 'text', 'bytea', 1001],
  [19, 'text', 'name', 1003],
  [20, 'int8', 'int8', 1016],
  [21, 'integer', 'int2', 1005],
  [23, 'integer', 'int4', 1007],
  [25, 'text', 'text', 1009],
  [26, 'integer', 'oid', 1028],
  [114, 'json', 'json', 199],
  [700, 'float', 'float4', 1021],
  [701, 'float', 'float8', 1022],
  [790, 'money', 'money', 791],
  [869, 'text', 'inet', 1041],
  [1042, 'text', 'char', 1014],
  [1043, 'text', 'varchar', 1015],
  [1082, 'text', 'date', 1182],
  [1083, 'text', 'time', 1183],
  [1114, 'timestamp', 'timestamp', 1115],
  [1184, 'timestamptz', 'timestamptz', 1185],
  [1186, 'text', 'interval', 1187],
  [1700, 'text', 'numeric', 1231],
  [2950, 'text', 'uuid', 2951],
  [3220, 'text', 'pg_lsn', 3221],
  [3802, 'json', 'jsonb', 3807],
];
const bases = new Map(types.map(([oid, kind, name]) => [oid, { kind, name }]));
const arrays = new Map(types.map(([, kind, name, array]) => [array, { kind, name: `${name}[]` }]));

/** Name of a type for people; an oid for those that the server's owner made. */
export const typeName = (oid: number): string => (bases.get(oid) ?? arrays.get(oid))?.name ?? `type ${String(oid)}`;

export interface Decoded {
  readonly json: Json;
  /** Pointers inside it of 64-bit integers, which are decimal text. */
  readonly int64: readonly string[];
}

/** `parseArray` is the driver's: text of an array -> nested lists of texts. */
export function decode(oid: number, text: string | null, parseArray: (text: string) => unknown): Decoded {
  const base = bases.get(oid);
  if (text === null) return { json: null, int64: [] };
  if (base?.kind === 'json') return parseExactJson(text);
  if (base !== undefined) return { json: scalar(base.kind, text), int64: base.kind === 'int8' ? [''] : [] };
  const array = arrays.get(oid);
  if (array === undefined) return { json: text, int64: [] };
  const int64: string[] = [];
  const walk = (one: unknown, pointer: string): Json => {
    if (Array.isArray(one)) return one.map((element: unknown, i) => walk(element, `${pointer}/${String(i)}`));
    if (typeof one !== 'string') return null;
    if (array.kind === 'json') {
      const exact = parseExactJson(one, pointer);
      int64.push(...exact.int64);
      return exact.json;
    }
    if (array.kind === 'int8') int64.push(pointer);
    return scalar(array.kind, one);
  };
  return { json: walk(parseArray(text), ''), int64 };
}

function scalar(kind: Exclude<Kind, 'json'>, text: string): Json {
  switch (kind) {
    case 'boolean':
      return text === 't';
    case 'integer':
      return Number(text);
    case 'float':
      // NaN and Infinity are not JSON and must not get into a condition.
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case 'timestamp':
      return text.replace(/^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/, '$1T$2');
    case 'timestamptz':
      return rfc3339(text);
    case 'money':
      return amountOf(text);
    case 'int8':
    case 'text':
      return text;
  }
}

/**
 * `-$1,234.50` -> `-1234.50`: currency and separators are those of the server's lc_monetary. A text that could be read in two ways stays unchanged
 * (`1.500`: 1500, or one and a half where the currency has three decimals), and no condition takes it for a number.
 */
function amountOf(text: string): string {
  const [digits] = /\d(?:[\d.,'\s\u00a0\u202f]*\d)?/.exec(text) ?? [];
  if (digits === undefined) return text;
  const separators = digits.match(/\D/g) ?? [];
  const [whole, decimals] = [digits.slice(0, digits.search(/\D\d*$/)), digits.slice(digits.search(/\D\d*$/) + 1)];
  const last = separators.at(-1);
  if (separators.length === 1 && decimals.length === 3) return text;
  const hasDecimals = last !== undefined && (decimals.length !== 3 || last !== separators[0]);
  const amount = hasDecimals ? `${whole.replaceAll(/\D/g, '')}.${decimals}` : digits.replaceAll(/\D/g, '');
  return /[-(]/.test(text) ? `-${amount}` : amount;
}

/** `2026-01-31 12:00:00.5+00` -> `2026-01-31T12:00:00.5Z`; infinity and years before Christ have no such form and stay. */
function rfc3339(text: string): string {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d)(?::?(\d\d))?$/.exec(text);
  if (found === null) return text;
  const [, day = '', time = '', hours = '', minutes = '00'] = found;
  return `${day}T${time}${hours === '+00' && minutes === '00' ? 'Z' : `${hours}:${minutes}`}`;
}

/** A bound value in the text form of the parameter's type. A text for a json parameter becomes a JSON string: data never becomes structure. */
export function encode(oid: number, value: Json): string | null {
  if (value === null) return null;
  if (bases.get(oid)?.kind === 'json') return JSON.stringify(value);
  if (Array.isArray(value)) return arrayText(arrays.get(oid)?.kind ?? 'text', value as readonly Json[]);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

function arrayText(kind: Kind, list: readonly Json[]): string {
  const element = (one: Json): string => {
    if (one === null) return 'NULL';
    if (Array.isArray(one)) return arrayText(kind, one as readonly Json[]);
    const text = kind === 'json' || typeof one === 'object' ? JSON.stringify(one) : String(one);
    return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  };
  return `{${list.map(element).join(',')}}`;
}
