/** Durations of the plan: read once, scaled in a rehearsal. */
import { escapePointer } from '../core/model/json.ts';
import type { Json, Ms } from '../core/model/value.ts';
import { parseDuration } from './duration.ts';
import type { Manifest } from '../port/step-type.ts';
import { isList, isRecord } from './value.ts';

export { escapePointer } from '../core/model/json.ts';

/** A rehearsal shortens waits; it must not cut off work that takes its time on any machine. */
const workFloor: Ms = 15_000;
/** Readings closer together than monitoring scrapes are one reading. */
const intervalFloor: Ms = 1_000;

export const scaledWait = (ms: Ms, timeScale: number): Ms =>
  timeScale === 1 || ms === 0 ? ms : Math.max(1, Math.round(ms / timeScale));

/** Timeouts of attempts that do not wait: never below 15 s, or what was written when that is less. */
export const scaledWork = (ms: Ms, timeScale: number): Ms => Math.max(scaledWait(ms, timeScale), Math.min(ms, workFloor));

/** Intervals between readings: never below a second, or what was written when that is less. */
const scaledInterval = (ms: Ms, timeScale: number): Ms => Math.max(scaledWait(ms, timeScale), Math.min(ms, intervalFloor));

type Durations = Pick<Manifest, 'durationAt' | 'scaledAt' | 'intervalAt'> & Partial<Pick<Manifest, 'params'>>;

/**
 * Texts at the manifest's `durationAt` become milliseconds, after rendering; those at `scaledAt` and `intervalAt` are divided by the environment's
 * timeScale, also where the schema's `default` stands for a text that is not written. What is not a duration stays unchanged: see `badDurations`.
 * `*` in a pointer is every member.
 */
export function convertDurations(params: Json, manifest: Durations, timeScale: number): Json {
  let converted = timeScale === 1 ? params : withDefaults(params, manifest);
  for (const pointer of manifest.durationAt ?? []) {
    const scaled = scalingAt(pointer, manifest);
    converted = changeAt(converted, pointer.split('/').slice(1), (leaf) => milliseconds(leaf, (ms) => scaled(ms, timeScale)));
  }
  return converted;
}

/** A step type applies a default of its own where nothing is given, and would apply it unscaled. */
function withDefaults(params: Json, { scaledAt = [], intervalAt = [], params: schema }: Durations): Json {
  const properties = isJsonMap(schema) ? schema['properties'] : undefined;
  if (!isJsonMap(params) || !isJsonMap(properties)) return params;
  const missing = [...scaledAt, ...intervalAt].flatMap((pointer): readonly (readonly [string, Json])[] => {
    const key = pointer.slice(1);
    const property = properties[key];
    const usual = isJsonMap(property) ? property['default'] : undefined;
    return usual === undefined || key in params ? [] : [[key, usual]];
  });
  return missing.length === 0 ? params : { ...params, ...Object.fromEntries(missing) };
}

/** A value at the manifest's `durationAt` that is not a duration, with the pointer of exactly that value. */
export interface BadDuration {
  readonly pointer: string;
  readonly leaf: Json;
}

/** A bare number could be seconds or milliseconds; only 0 is plain. */
export function badDurations(params: Json, manifest: Pick<Manifest, 'durationAt'>): readonly BadDuration[] {
  const found: BadDuration[] = [];
  for (const pattern of manifest.durationAt ?? []) leavesAt(params, pattern.split('/').slice(1), '', found);
  return found.filter(({ leaf }) => leaf !== 0 && (typeof leaf !== 'string' || parseDuration(leaf) === undefined));
}

function leavesAt(data: Json, keys: readonly string[], at: string, found: BadDuration[]): void {
  const [first, ...rest] = keys;
  if (first === undefined) found.push({ pointer: at, leaf: data });
  else if (isJsonList(data) || isJsonMap(data)) {
    for (const [key, one] of Object.entries(data) as readonly (readonly [string, Json])[])
      if (first === '*' || first === key) leavesAt(one, rest, `${at}/${escapePointer(key)}`, found);
  }
}

function scalingAt(
  pointer: string,
  { scaledAt, intervalAt }: Pick<Manifest, 'scaledAt' | 'intervalAt'>,
): (ms: Ms, timeScale: number) => Ms {
  if (intervalAt?.includes(pointer) === true) return scaledInterval;
  return scaledAt?.includes(pointer) === true ? scaledWait : (ms) => ms;
}

function milliseconds(leaf: Json, scaled: (ms: Ms) => Ms): Json {
  const ms = typeof leaf === 'string' ? parseDuration(leaf) : undefined;
  return ms === undefined ? leaf : scaled(ms);
}

function changeAt(data: Json, keys: readonly string[], change: (leaf: Json) => Json): Json {
  const [first, ...rest] = keys;
  if (first === undefined) return change(data);
  if (isJsonList(data))
    return data.map((one, index) => (first === '*' || first === String(index) ? changeAt(one, rest, change) : one));
  if (!isJsonMap(data)) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, one]) => [key, first === '*' || first === key ? changeAt(one, rest, change) : one]),
  );
}

/** Does a manifest pointer (with `*`) cover this one? Messages and literal places include what is below them. */
export function covers(pattern: string, pointer: string): boolean {
  const wanted = pattern.split('/');
  const actual = pointer.split('/');
  return wanted.length <= actual.length && wanted.every((part, index) => part === '*' || part === actual[index]);
}

const isJsonList = (json: Json): json is readonly Json[] => isList(json);
const isJsonMap = (json: Json | undefined): json is { readonly [name: string]: Json } => isRecord(json);
