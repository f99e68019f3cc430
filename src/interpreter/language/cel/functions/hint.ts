/** What somebody meant who wrote a function that does not exist: as other languages call it, or misspelt. */
import { nearest } from '../../suggest.ts';

const elsewhere: Readonly<Record<string, string>> = {
  len: 'size(x)',
  length: 'size(x)',
  count: 'size(x), or x.counts() for how often each member is there',
  unique: 'x.distinct()',
  uniq: 'x.distinct(), or x.counts() for how often each member is there',
  lower: 'x.lowerAscii()',
  toLower: 'x.lowerAscii()',
  upper: 'x.upperAscii()',
  toUpper: 'x.upperAscii()',
  includes: 'x.contains(y)',
  isEmpty: 'empty(x)',
  head: 'x.first(n)',
  take: 'x.first(n)',
  tail: 'x.last(n)',
  sorted: 'x.sort()',
  order: 'x.sort(), or x.sortBy(one, one.key)',
  greatest: 'max(a, b)',
  least: 'min(a, b)',
  average: 'avg(x)',
  mean: 'avg(x)',
  grep: 'lines(x).filter(line, line.matches("..."))',
  awk: 'x.column(n)',
  cut: 'x.column(n), or x.split(",")',
  fields: 'x.words()',
  any: 'x.exists(one, ...)',
  some: 'x.exists(one, ...)',
  every: 'x.all(one, ...)',
  strftime: 'x.format("%Y-%m-%d")',
  date: 'x.format("%Y-%m-%d")',
  regex: 'x.matches("..."), or x.find("...") for what matched',
  match: 'x.matches("..."), or x.find("...") for what matched',
  extract: 'x.find("...")',
  str: 'string(x)',
  float: 'number(x)',
  parseInt: 'int(x)',
};

export function functionHint(name: string, known: readonly string[]): string {
  if (Object.hasOwn(elsewhere, name)) return `here it is ${elsewhere[name] ?? ''}`;
  const near = nearest(name, known);
  return near === undefined ? 'all functions are in docs/functions.md' : `did you mean "${near}"?`;
}
