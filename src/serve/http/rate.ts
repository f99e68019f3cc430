/** So many calls at once, and so many a minute on the long run; who is over gets a 429 and nothing else happens. */

export interface Rate {
  /** At once. */
  readonly burst: number;
  readonly perMinute: number;
}

export interface Limiter {
  /** False: over the limit. `now`: ms. */
  take(who: string, now: number): boolean;
}

/** So many callers are remembered; the one that was heard of the longest time ago is forgotten first. */
const remembered = 10_000;

export function limiterOf({ burst, perMinute }: Rate): Limiter {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take: (who, now) => {
      const before = buckets.get(who) ?? { left: burst, at: now };
      const left = Math.min(burst, before.left + ((now - before.at) * perMinute) / 60_000);
      buckets.delete(who);
      buckets.set(who, { left: left < 1 ? left : left - 1, at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > remembered && oldest !== undefined) buckets.delete(oldest);
      return left >= 1;
    },
  };
}
