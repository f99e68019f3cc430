/** Finds runbooks by what an operator has at hand at night: the name of an alert, words of the title, a part of the id. Pure. */

export interface FinderEntry {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly owners: readonly string[];
  /** Names of alerts it answers. */
  readonly alerts: readonly string[];
  readonly summary: string;
  readonly path: string;
}

/** Every word must be somewhere; what is nearest to the alert or the id comes first, otherwise the order given. */
export function find(entries: readonly FinderEntry[], typed: string): readonly FinderEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, words) }))
    .filter(({ rank }) => rank > 0)
    .sort((one, other) => other.rank - one.rank)
    .map(({ entry }) => entry);
}

function rankOf(entry: FinderEntry, words: readonly string[]): number {
  let total = 0;
  for (const word of words) {
    const rank = rankOfWord(entry, word);
    if (rank === 0) return 0;
    total += rank;
  }
  return total;
}

function rankOfWord(entry: FinderEntry, word: string): number {
  const alerts = entry.alerts.map((alert) => alert.toLowerCase());
  if (alerts.includes(word)) return 100;
  if (entry.id.toLowerCase().startsWith(word)) return 50;
  if (alerts.some((alert) => alert.includes(word))) return 30;
  if (entry.id.toLowerCase().includes(word)) return 20;
  if (entry.title.toLowerCase().includes(word)) return 10;
  const rest = [entry.summary, entry.severity, ...entry.owners].join(' ').toLowerCase();
  return rest.includes(word) ? 1 : 0;
}
