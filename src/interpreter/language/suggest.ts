/** "Did you mean": the nearest of the known names, if near enough to be a typing mistake. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = candidate.toLowerCase() === name.toLowerCase() ? 0 : editDistance(name, candidate, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** All names within that many edits. */
export const closeNames = (name: string, known: readonly string[], edits: number): readonly string[] =>
  known.filter((one) => editDistance(name, one, edits + 1) <= edits);

/** A hint sentence: the nearest name, or the known names when there are few. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (known.length === 0 || known.length > 12) return undefined;
  return `known: ${[...known].sort().join(', ')}`;
}

/** Edits including transposition of neighbours; stops counting at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 64 || b.length > 64) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  let nearestBefore = 0;
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    let nearestYet = i;
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      current.push(least);
      nearestYet = Math.min(nearestYet, least);
    }
    // No later row is nearer than this one and the one before.
    if (Math.min(nearestYet, ...(i > 1 ? [nearestBefore] : [])) >= limit) return limit;
    nearestBefore = nearestYet;
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
