/**
 * The driver refuses the metadata of the whole cluster when one partition of one topic has no leader, and asks for all of them before nearly
 * every call: with a broker down nothing could be read or changed any more, in the very hour when it must be. The reply says it per
 * partition, so that word is taken out on its way: what is left is a partition whose leader is -1.
 */

const metadataKey = 3;
/** LEADER_NOT_AVAILABLE, REPLICA_NOT_AVAILABLE, LISTENER_NOT_FOUND. */
const partitionErrors: ReadonlySet<number> = new Set([5, 9, 72]);
/** The newest that the driver speaks; from 9 on the layout is another. */
const lastVersion = 6;

export interface ReplyMender {
  /** Every request as written: one whole frame. */
  asked(frame: Uint8Array): void;
  /** Bytes as they come in; whole frames, mended, go to `take`. */
  came(chunk: Buffer, take: (frame: Buffer) => void): void;
}

/** For one connection. */
export function makeMender(): ReplyMender {
  /** Version by number of the request. */
  const waiting = new Map<number, number>();
  let parts: Buffer[] = [];
  let held = 0;
  return {
    asked: (frame) => {
      const view = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
      if (view.length < 12 || view.readInt16BE(4) !== metadataKey) return;
      const version = view.readInt16BE(6);
      if (version <= lastVersion) waiting.set(view.readInt32BE(8), version);
    },
    came: (chunk, take) => {
      // Nothing to look for: as it comes, without a copy.
      if (held === 0 && waiting.size === 0 && endsWhole(chunk)) {
        take(chunk);
        return;
      }
      parts.push(chunk);
      held += chunk.length;
      for (;;) {
        const length = frameLength(parts, held);
        if (length === undefined || held < length) return;
        const all = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
        const [frame, rest] = [all.subarray(0, length), all.subarray(length)];
        parts = rest.length === 0 ? [] : [rest];
        held = rest.length;
        mend(frame, waiting);
        take(frame);
      }
    },
  };
}

/** Of the first frame with its own four bytes; undefined: too little has come. */
function frameLength(parts: Buffer[], held: number): number | undefined {
  if (held < 4) return undefined;
  if ((parts[0]?.length ?? 0) < 4) parts.splice(0, parts.length, Buffer.concat(parts));
  return 4 + (parts[0]?.readInt32BE(0) ?? 0);
}

function endsWhole(chunk: Buffer): boolean {
  let at = 0;
  while (at + 4 <= chunk.length) at += 4 + chunk.readInt32BE(at);
  return at === chunk.length;
}

function mend(frame: Buffer, waiting: Map<number, number>): void {
  if (frame.length < 8) return;
  const id = frame.readInt32BE(4);
  const version = waiting.get(id);
  if (version === undefined) return;
  waiting.delete(id);
  mendMetadata(frame, version);
}

/** Changes the frame in place. Layout: the protocol's Metadata response, versions 0 to 6. */
export function mendMetadata(frame: Buffer, version: number): void {
  let at = 8;
  const skip = (count: number): void => {
    at += count;
  };
  const int32 = (): number => {
    at += 4;
    return frame.readInt32BE(at - 4);
  };
  const text = (): void => {
    at += 2;
    at += Math.max(0, frame.readInt16BE(at - 2));
  };
  const each = (one: () => void): void => {
    for (let left = int32(); left > 0; left -= 1) one();
  };
  if (version >= 3) skip(4);
  each(() => {
    skip(4);
    text();
    skip(4);
    if (version >= 1) text();
  });
  if (version >= 2) text();
  if (version >= 1) skip(4);
  each(() => {
    skip(2);
    text();
    if (version >= 1) skip(1);
    each(() => {
      if (partitionErrors.has(frame.readInt16BE(at))) frame.writeInt16BE(0, at);
      skip(10);
      for (let lists = version >= 5 ? 3 : 2; lists > 0; lists -= 1)
        each(() => {
          skip(4);
        });
    });
  });
}
