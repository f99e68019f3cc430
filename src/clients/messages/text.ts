/** Texts as receivers take them: shortened at a whole character, without a call to everybody. */
import { firstPart } from '../../interpreter/port/text.ts';

export const shortenedSign = '… [shortened]';

export interface Fitted {
  readonly text: string;
  readonly cut: boolean;
}

/**
 * At most `limit` characters (UTF-16 units, the strictest way to count), as `encode` would send them. What is cut ends at a whole
 * character as people see it and with a sign.
 */
export function fit(text: string, limit: number, encode: (text: string) => string = (one) => one): Fitted {
  const whole = encode(text);
  if (whole.length <= limit) return { text: whole, cut: false };
  let room = Math.min(text.length, limit) - shortenedSign.length;
  for (;;) {
    const encoded = `${encode(head(text, Math.max(0, room)))}${shortenedSign}`;
    if (encoded.length <= limit || room <= 0) return { text: encoded, cut: true };
    room -= Math.max(1, Math.floor((encoded.length - limit) / 8));
  }
}

/** The first characters, none of them halved: neither a surrogate pair nor a letter and its accents. */
function head(text: string, room: number): string {
  const near = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.slice(0, room + 200)).containing(room);
  if (near !== undefined && near.index > 0) return text.slice(0, near.index);
  return /[\uD800-\uDBFF]$/.test(text.slice(0, room)) ? text.slice(0, room - 1) : text.slice(0, room);
}

/** Whole channels are not called by what a system wrote: `@here` and the like lose their effect. */
export const withoutMentions = (text: string): string =>
  text.replaceAll(
    /<!(?:here|channel|everyone)(?:\|[^>]*)?>|@(here|channel|everyone)\b/g,
    (_all, name: string | undefined) => `(at)${name ?? 'channel'}`,
  );

/** Which of the fitted texts were cut. */
export const cutOnes = (texts: Readonly<Record<string, Fitted | undefined>>): readonly string[] =>
  Object.entries(texts).flatMap(([name, one]) => (one?.cut === true ? [name] : []));

/** The answer of the other side, in one short line and without our secrets. */
export function quoted(text: string, secrets: readonly string[]): string {
  const clean = scrub(text, secrets).replaceAll(/\s+/g, ' ').trim();
  return firstPart(clean, 200);
}

/** Longest first, so that a secret that contains another one leaves nothing behind. */
export const scrub = (text: string, secrets: readonly string[]): string =>
  [...secrets]
    .filter((one) => one.length >= 4)
    .sort((a, b) => b.length - a.length)
    .reduce((clean, one) => clean.replaceAll(one, '***'), text);
