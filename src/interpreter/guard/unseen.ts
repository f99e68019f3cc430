/** Characters without a picture: of no width, fillers, marks of direction and of lines, and the tags by which a whole text can be hidden in another. */

/** Code points, first to last of each range. C0 and C1 are not among them. */
const ranges: readonly (readonly [number, number])[] = [
  'ad 34f 61c 115f-1160 17b4-17b5 180e 200b-200f 2028-202e 2060-206f 3164',
  'feff ffa0 fff9-fffb e0000-e0fff',
].flatMap((row) =>
  row.split(' ').map((range) => {
    const [first = '', last = first] = range.split('-');
    return [parseInt(first, 16), parseInt(last, 16)] as const;
  }),
);

export const isUnseen = (code: number): boolean => ranges.some(([first, last]) => code >= first && code <= last);

/** For an expression with the flag u, within brackets. */
export const unseenClass: string = ranges.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('');

/** The first byte in UTF-8 of each of them. */
export const unseenLeads: ReadonlySet<number> = new Set(
  ranges.map(([first]) => Buffer.from(String.fromCodePoint(first), 'utf8')[0] ?? 0),
);
