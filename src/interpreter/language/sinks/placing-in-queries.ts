/** Puts values into the places of a query: durations in a rehearsal as short as its waits, texts escaped, names quoted. */
import { fail } from '../cel/failure.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { scaledWait } from '../scaling.ts';
import type { Piece, Placing } from './piece.ts';
import type { QueryLanguage, QueryPlace } from './query-places.ts';
import { queryPlace } from './query-places.ts';

export const placingInQuery =
  (language: QueryLanguage, timeScale: number): Placing =>
  (pieces) =>
    pieces.reduce((query, piece, index) => {
      if (piece.isValue !== true) return query + piece.text;
      const place = queryPlace(language, query, textOf(pieces.slice(index + 1)));
      return query + written(place, piece.text, timeScale);
    }, '');

const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text, isValue }) => (isValue === true ? 'x' : text)).join('');

function written(place: QueryPlace, value: string, timeScale: number): string {
  if (value.includes('\0')) return fail('not-text', 'a query cannot have a NUL character');
  switch (place.is) {
    case 'duration':
      return formatDuration(scaledMs(value, timeScale));
    case 'interval':
      return `${String(scaledMs(value, timeScale))} milliseconds`;
    case 'name':
      return quotedName(value);
    case 'text':
      return escaped(place.isPattern ? value.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&') : value, place.quote);
    default:
      return fail('value-as-query', `no value is allowed here: ${place.why}`, place.hint);
  }
}

function scaledMs(value: string, timeScale: number): number {
  const ms = parseDuration(value);
  return ms === undefined || ms === 0
    ? fail('not-a-duration', 'expected a duration longer than 0', 'durations are written 30s, 5m, 1h30m')
    : scaledWait(ms, timeScale);
}

/** PostgreSQL silently cuts longer names off. */
const longestName = 63;

function quotedName(value: string): string {
  if (value === '' || Buffer.byteLength(value) > longestName)
    return fail(
      'not-a-name',
      `a name has 1 to ${String(longestName)} bytes`,
      'schema and table are names of their own: "{{a}}"."{{b}}"',
    );
  return value.replaceAll('"', '""');
}

function escaped(value: string, quote: string): string {
  if (quote !== '`')
    return value.replaceAll(/[\\\u0000-\u001f"']/g, (one) =>
      one === quote || one === '\\' ? `\\${one}` : one < ' ' ? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}` : one,
    );
  return value.includes('`')
    ? fail('not-text', 'the value has a ` and cannot appear between two of them', 'write the text in "quotes"')
    : value;
}
