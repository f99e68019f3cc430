/** Which records of a fetched part of a log a consumer that waits for commits sees. */
import type { Aborted, LogRecord } from './cluster.ts';

/** The key of a control record is its version and its type, two bytes each. */
const isAbortMarker = (key: Buffer | null): boolean => key !== null && key.length >= 4 && key.readInt16BE(2) === 0;

/**
 * Leaves out the ends of transactions and the records of aborted ones. An aborted transaction lasts from its first offset to its producer's next
 * abort marker; several may overlap, in any order of the list, and some have begun before the first record given.
 */
export function committedIn(records: readonly LogRecord[], aborted: readonly Aborted[]): readonly LogRecord[] {
  const coming = [...aborted].sort((a, b) => (BigInt(a.firstOffset) < BigInt(b.firstOffset) ? -1 : 1));
  const open = new Set<string>();
  return records.filter((record) => {
    for (let next = coming[0]; next !== undefined && BigInt(next.firstOffset) <= BigInt(record.offset); next = coming[0]) {
      open.add(next.producerId);
      coming.shift();
    }
    const producer = record.batchContext?.producerId ?? '';
    if (record.isControlRecord) {
      if (isAbortMarker(record.key)) open.delete(producer);
      return false;
    }
    return !(record.batchContext?.inTransaction === true && open.has(producer));
  });
}
