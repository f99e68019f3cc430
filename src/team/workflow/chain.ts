/** The journal of one part of a run, in memory: what makes it durable is the history of the workflow, from which every line follows again. */
import type { Decision, Observation, Stamped } from '../../interpreter/core/model/event.ts';
import { genesis, lineWith } from '../../interpreter/core/model/journal-line.ts';
import type { Ms, Sha } from '../../interpreter/core/model/value.ts';
import type { JournalPlace } from '../protocol.ts';
import { hashOf } from './sha256.ts';

export interface Chain {
  /** The record as a reader will see it; fold this, never the object given. */
  append(event: Decision | Observation, stamp: { readonly epoch: number; readonly t: Ms; readonly wall: string }): Stamped;
  place(): JournalPlace;
  /** Lines from record `from` on, as far as this part has them, at most about `limit` characters but one line at least. */
  lines(from: number, limit?: number): readonly string[];
}

export const beginning: JournalPlace = { seq: 0, head: genesis };

export function createChain(after: JournalPlace = beginning): Chain {
  const lines: string[] = [];
  const heads: Sha[] = [after.head];
  const seq = (): number => after.seq + lines.length;
  return {
    append: (event, stamp) => {
      const line = lineWith(hashOf, { seq: seq() + 1, prev: heads.at(-1), ...stamp, ...event });
      lines.push(line);
      heads.push(hashOf(line));
      return JSON.parse(line) as Stamped;
    },
    place: () => ({ seq: seq(), head: heads.at(-1) ?? after.head }),
    lines: (from, limit = Number.POSITIVE_INFINITY) => {
      const all = lines.slice(Math.max(0, from - after.seq - 1));
      let length = 0;
      const end = all.findIndex((line, index) => (length += line.length) > limit && index > 0);
      return end < 0 ? all : all.slice(0, end);
    },
  };
}
