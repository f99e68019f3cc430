/** The form of a journal's lines, for whoever writes one: the engine of a machine with a file, a team's engine without. The hash is the caller's. */
import type { Sha } from './value.ts';

/** What the first line carries as the hash of the line before. */
export const genesis: Sha = '0'.repeat(64);

/** Characters of a line's hash that the line carries of itself. */
export const sumLength = 16;

/** The record and, last, a sum of itself: a change in the last line of a journal would go unnoticed otherwise. `sha256`: hexadecimal, of the text's UTF-8. */
export function lineWith(sha256: (text: string) => Sha, record: object): string {
  const body = JSON.stringify(record);
  return `${body.slice(0, -1)},"sum":"${sha256(body).slice(0, sumLength)}"}`;
}
