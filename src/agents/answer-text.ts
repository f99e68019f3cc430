/** The text of an answer: outside data is quoted line by line, and a page has at most 1,500 tokens. Pure. */
import { sanitize } from '../interpreter/guard/sanitize.ts';

/** Four characters count as one token. */
export const charactersOfPage = 6000;
/** Room for the line that tells how many pages there are. */
const footerCharacters = 100;
const mark = '> ';

/** Text that came from outside: output of steps, rows, logs, what people wrote. No line of it can pass for one of ours. */
export const quotedData = (text: string): string =>
  sanitize(text)
    .split('\n')
    .map((line) => `${mark}${line}`)
    .join('\n');

/** One page, from 1; a page behind the last one is the last one. */
export function answerPage(text: string, page: number): string {
  const pages = pagesOf(text);
  const at = Math.min(Math.max(1, page), pages.length);
  const shown = pages[at - 1] ?? '';
  if (pages.length === 1) return shown;
  const more = at < pages.length ? `; the next one with page: ${String(at + 1)}` : '';
  return `${shown}\n(page ${String(at)} of ${String(pages.length)}${more})`;
}

/** Cut between lines; a line that is longer than a page is cut in its middle, and stays quoted. */
function pagesOf(text: string): readonly string[] {
  const room = charactersOfPage - footerCharacters;
  if (text.length <= charactersOfPage) return [text];
  const pages: string[] = [];
  let page: string[] = [];
  let length = 0;
  for (const line of text.split('\n').flatMap((one) => piecesOf(one, room))) {
    if (length + line.length + 1 > room && page.length > 0) {
      pages.push(page.join('\n'));
      page = [];
      length = 0;
    }
    page.push(line);
    length += line.length + 1;
  }
  return [...pages, page.join('\n')];
}

function piecesOf(line: string, room: number): readonly string[] {
  if (line.length < room) return [line];
  const prefix = line.startsWith(mark) ? mark : '';
  const body = line.slice(prefix.length);
  const step = room - mark.length - 1;
  return Array.from(
    { length: Math.ceil(body.length / step) },
    (_, index) => prefix + body.slice(index * step, (index + 1) * step),
  );
}
