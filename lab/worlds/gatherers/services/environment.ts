/** What a service reads from its settings when it starts. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { variable } from '../../../services/variables.ts';

/** Reads a value of a settings file by its dotted key; throws when it is not there. */
export function setting(settings: unknown, key: string): unknown {
  const value = key.split('.').reduce<unknown>((at, part) => (isMapping(at) ? at[part] : undefined), settings);
  if (value === undefined) throw new Error(`${key} is not set`);
  return value;
}

export function wholeNumber(settings: unknown, key: string): number {
  const value = setting(settings, key);
  if (!Number.isInteger(value)) throw new Error(`${key} must be a whole number, got ${JSON.stringify(value)}`);
  return value as number;
}

export const readSettings = (path: string): unknown => parse(readFileSync(path, 'utf8')) as unknown;

/** Name of a host or database -> its address, as the network knows it. Read when a service starts. */
export const addresses = (): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(variable('LAB_ADDRESSES'), 'utf8')) as Readonly<Record<string, string>>;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
