/** What the lab breaks in programs that run: it writes a file, and they look at it a few times a second. */
import { readFileSync } from 'node:fs';

export interface Affliction {
  /** When it was inflicted, milliseconds. */
  readonly at: number;
  /** What a restart of the program cures. */
  readonly untilRestart: {
    /** The consumer reads nothing. */
    readonly standsStill?: boolean;
    /** Milliseconds that the consumer needs for each batch, all of them computing. */
    readonly batchMs?: number;
    /** Messages are lost while the group rebalances again and again. */
    readonly rebalances?: boolean;
    /** The DLQ producer has lost its connection and does not notice. */
    readonly dlqLost?: boolean;
    /** The exporter uses the library's DLQ handler, and its sends fail. */
    readonly libraryDlq?: boolean;
  };
  /** The broker loses every n-th message; 0: none. */
  readonly brokerLosesEvery: number;
  /** Milliseconds that a write to the DLQ takes. */
  readonly dlqMs: number;
  /** Milliseconds that the server tries to decode a message in vain. */
  readonly undecodableMs: number;
  /** Messages a second of a tenant that sends too many. */
  readonly flood: number;
}

export const noAffliction: Affliction = {
  at: 0,
  untilRestart: {},
  brokerLosesEvery: 0,
  dlqMs: 0,
  undecodableMs: 0,
  flood: 0,
};

const lookEveryMs = 200;

/** What holds at this moment for a program that was started at `startedAt`, milliseconds. */
export function watchAffliction(file: string, startedAt: number): () => Affliction {
  const read = (): Affliction => {
    try {
      const all = { ...noAffliction, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Affliction>) };
      return all.at < startedAt ? { ...all, untilRestart: {} } : all;
    } catch {
      // just being written
      return noAffliction;
    }
  };
  let now = read();
  setInterval(() => {
    now = read();
  }, lookEveryMs).unref();
  return () => now;
}
