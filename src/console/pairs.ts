import { usage } from './exit-codes.ts';

/** Options such as `--input name=value`, repeated: each name once. The map has no prototype, so that no name is special. */
export function namedPairs(option: string, form: string, pairs: readonly string[]): Readonly<Record<string, string>> {
  const found = Object.create(null) as Record<string, string>;
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at <= 0) throw usage(`${option} ${pair} has no name and value`, `expected ${option} ${form}`);
    const name = pair.slice(0, at);
    if (Object.hasOwn(found, name))
      throw usage(`${option} ${name} is given twice`, 'which of the two counts is not for us to guess');
    found[name] = pair.slice(at + 1);
  }
  return found;
}
