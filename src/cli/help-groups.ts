/** Help by what the reader wants to do: groups of verbs, in the order in which an incident needs them. */
const groups = {
  'Run:': ['run', 'check', 'resume', 'undo', 'abandon'],
  'Steer a run:': 'attach answer approvals pause continue step skip retry extend input note abort'.split(' '),
  'Inspect:': ['list', 'plan', 'show', 'runs', 'report', 'verify', 'stats', 'doctor'],
  'Author:': ['new', 'import', 'lint', 'explain', 'schema', 'docs', 'pin'],
  'Rehearse:': ['rehearse', 'test', 'lab'],
  'Let agents work:': ['mcp'],
  'Work as a team:': ['worker', 'serve'],
  'Set up the shell:': ['completion'],
} satisfies Readonly<Record<string, readonly string[]>>;

/** The group of a verb; commander's own for its `help`. */
export function groupOf(verb: string): string {
  const found = Object.entries(groups).find(([, verbs]: readonly [string, readonly string[]]) => verbs.includes(verb));
  return found?.[0] ?? 'Commands:';
}

/** Commander's `groupItems`: our groups first and in our order, everything else in the order in which it was added. */
export function byGroup<T>(_unsorted: readonly T[], visible: readonly T[], getGroup: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of visible) found.set(getGroup(item), [...(found.get(getGroup(item)) ?? []), item]);
  const order = [...Object.keys(groups), ...found.keys()];
  return new Map([...new Set(order)].flatMap((name) => (found.has(name) ? [[name, found.get(name) ?? []] as const] : [])));
}
