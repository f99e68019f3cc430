/** Share of deltas that have a gap before them, in a sliding window: the metric behind the alert. */

export interface GapRatio {
  /** A delta was sent at this time (milliseconds); was there a gap before it? */
  sent(at: number, gap: boolean): void;
  /** NaN while the window holds too few deltas to speak of a ratio. */
  value(at: number): number;
  /** As a restarted process begins: with an empty window. */
  clear(): void;
}

const windowMs = 10_000;
/** With fewer, one gap would look like a disaster. */
const fewest = 30;

export function createGapRatio(): GapRatio {
  let window: { readonly at: number; readonly gap: boolean }[] = [];
  return {
    sent: (at, gap) => {
      window.push({ at, gap });
    },
    value: (at) => {
      window = window.filter((one) => one.at > at - windowMs);
      return window.length < fewest ? Number.NaN : window.filter((one) => one.gap).length / window.length;
    },
    clear: () => {
      window = [];
    },
  };
}
