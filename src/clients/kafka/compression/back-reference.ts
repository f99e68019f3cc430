/** What snappy and LZ4 share: text that repeats what is `distance` bytes back. */

export class DamagedRecords extends Error {}

/** Throws when the data say more than they hold. */
export function assertWhole(holds: boolean, codec: string): asserts holds {
  if (!holds) throw new DamagedRecords(`the ${codec} data of a batch are damaged`);
}

/** Writes `length` bytes at `at`. Where the distance is shorter than the length, the copy repeats what it has just written. */
export function repeat(out: Buffer, at: number, distance: number, length: number): void {
  if (distance >= length) {
    out.copyWithin(at, at - distance, at - distance + length);
    return;
  }
  if (distance === 1) {
    out.fill(out[at - 1] ?? 0, at, at + length);
    return;
  }
  for (let to = at; to < at + length; to += 1) out[to] = out[to - distance] ?? 0;
}
