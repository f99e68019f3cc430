/** Raw blocks, as Handlebars has them: text of another language that is full of braces, such as a Go template. */

const opening = '{{{{raw}}}}';
const closing = '{{{{/raw}}}}';

/** The text of the raw block that begins here, and where it ends; undefined where none begins. Without an end it is all that follows. */
export function rawAt(
  text: string,
  at: number,
): { readonly body: string; readonly end: number; readonly isClosed: boolean } | undefined {
  if (!text.startsWith(opening, at)) return undefined;
  const close = text.indexOf(closing, at);
  if (close < 0) return { body: text.slice(at + opening.length), end: text.length, isClosed: false };
  return { body: text.slice(at + opening.length, close), end: close + closing.length, isClosed: true };
}

/** A text that is not a template: raw blocks and braces behind a backslash are what they hold. */
export function literalText(text: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf(opening, at);
    const raw = open < 0 ? undefined : rawAt(text, open);
    out += text.slice(at, raw === undefined ? undefined : open).replaceAll('\\{{', '{{');
    if (raw === undefined) return out;
    out += raw.body;
    at = raw.end;
  }
}

/** Where a template begins in a text that may have none: not in a raw block, not behind a backslash; -1: nowhere. */
export function templateIn(text: string): number {
  for (let at = text.indexOf('{{'); at >= 0; at = text.indexOf('{{', at)) {
    const raw = rawAt(text, at);
    if (raw?.isClosed === true) at = raw.end;
    else if (text[at - 1] === '\\') at += 2;
    else return at;
  }
  return -1;
}
