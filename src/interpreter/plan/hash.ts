import { hash } from 'node:crypto';
import type { Plan } from '../core/model/plan.ts';
import type { Sha } from '../core/model/value.ts';

/** Keys sorted by code unit, no spaces, absent members left out: the same data has one text. */
export function canonicalJson(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map((one) => canonicalJson(one)).join(',')}]`;
  if (typeof data !== 'object' || data === null) return JSON.stringify(data) ?? 'null';
  const members = Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${canonicalJson(value)}`);
  return `{${members.join(',')}}`;
}

/** Hexadecimal; of a text the hash of its UTF-8. */
export const sha256 = (data: string | Uint8Array): Sha => hash('sha256', data);

/** Over the canonical JSON of everything but itself. */
export const planHash = (plan: Omit<Plan, 'hash'>): Sha => sha256(canonicalJson({ ...plan, hash: undefined }));
