/** The one right answer, where there is one: what `lint --fix` may write without asking. Anything doubtful is left to the author. */
import { formatDuration, parseDuration } from '../duration.ts';
import { closeNames } from '../suggest.ts';

/**
 * The only word of a closed vocabulary (keys, allowed values, step types) that was meant. Names that authors choose (steps, targets) are never
 * guessed: the wrong one of two caches would be flushed.
 */
export function onlyWord(name: string, known: readonly string[]): string | undefined {
  const same = known.filter((one) => bare(one) === bare(name));
  if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  const near = closeNames(name, known, name.length >= 8 ? 2 : name.length >= 4 ? 1 : 0);
  const [only] = near;
  // runbook/v2 is not a misspelt runbook/v1.
  return near.length === 1 && only !== undefined && digits(only) === digits(name) ? only : undefined;
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, '');
const digits = (name: string): string => name.replaceAll(/[^0-9]/g, '');

/** YAML for the value that was meant, when the schema allows one kind only and the text says that kind in other clothes. */
export function otherKind(value: unknown, wanted: readonly string[], source: string): string | undefined {
  const [kind] = wanted;
  if (wanted.length !== 1 || kind === undefined) return undefined;
  if (typeof value === 'string') {
    if (kind === 'boolean') return booleans.get(value.toLowerCase());
    if (kind === 'integer' && /^-?(?:0|[1-9][0-9]{0,14})$/.test(value)) return value;
    if (kind === 'number' && /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?$/.test(value)) return value;
  }
  // The characters that are there, so that 007 and 1.10 stay what the author typed.
  if (kind === 'string' && (typeof value === 'number' || typeof value === 'boolean') && /^[A-Za-z0-9.+-]+$/.test(source))
    return `"${source}"`;
  return undefined;
}

/** Also the words of YAML 1.1. */
const booleans: ReadonlyMap<string, string> = new Map([
  ...['true', 'yes', 'on', 'y'].map((word) => [word, 'true'] as const),
  ...['false', 'no', 'off', 'n'].map((word) => [word, 'false'] as const),
]);

/** A duration in the form of this language, for `5 min`, `1.5h`, `30s 5m`, `PT5M`; a bare number and `5M` may mean several things. */
export function duration(text: string): string | undefined {
  const words = /^P(?:[0-9]+D)?(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?$/.test(text)
    ? text.replace(/^P/, '').replace('T', '').toLowerCase()
    : text;
  const parts = [...words.matchAll(/([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]+)\s*(?:,|and)?\s*/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== words) return undefined;
  let total = 0;
  const seen = new Set<string>();
  for (const [, amount = '', word = ''] of parts) {
    const unit = unitOf(word);
    if (unit === undefined || seen.has(unit)) return undefined;
    seen.add(unit);
    total += Number(amount) * (parseDuration(`1${unit}`) ?? Number.NaN);
  }
  const written = formatDuration(total);
  return Number.isInteger(total) && parseDuration(written) === total ? written : undefined;
}

function unitOf(word: string): string | undefined {
  if (/^(?:ms|msecs?|millis(?:econds?)?|milliseconds?)$/i.test(word)) return 'ms';
  if (/^(?:m|[Mm]ins?|[Mm]inutes?)$/.test(word)) return 'm';
  if (/^(?:s|secs?|seconds?)$/i.test(word)) return 's';
  if (/^(?:h|hrs?|hours?)$/i.test(word)) return 'h';
  return /^(?:d|days?)$/i.test(word) ? 'd' : undefined;
}
