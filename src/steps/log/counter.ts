/** Counts matching lines of a stream of bytes of any length and encoding; keeps only the last matches and the beginning of one line. */
import { RE2JS } from 're2js';
import type { Json } from '../../interpreter/core/model/value.ts';
import { firstPart } from '../../interpreter/port/text.ts';

/** Lines of one stream: those of two streams that are printed at once are not mixed up. */
export interface Lines {
  take(chunk: Uint8Array): void;
  /** Ends a line that has no line break, at the end of a file. */
  flush(): void;
}

export interface Counter {
  lines(): Lines;
  /** Whether no line came at all. */
  silent(): boolean;
  result(): Json;
}

/** Matches shown in the result, and of each its first characters. */
const shownLines = 20;
const shownLength = 1000;
/** Beyond this many characters a line is not looked at; it is counted as cut. */
export const lineLimit = 1024 * 1024;

/**
 * `oldest` (ms since the epoch): lines before it do not count. A line without a time has that of the line before; without any it counts.
 * `notices`: what the printing program itself says; these are not lines.
 */
export function createCounter(match: string, oldest: number, notices?: RegExp): Counter {
  const pattern = RE2JS.compile(match);
  const last: string[] = [];
  let [count, scanned, cutLines] = [0, 0, 0];
  const line = (text: string, time: number | undefined): void => {
    if (notices?.test(text) === true) return;
    scanned += 1;
    if ((time !== undefined && time < oldest) || !pattern.matcher(text).find()) return;
    count += 1;
    last.push(firstPart(text, shownLength));
    if (last.length > shownLines) last.shift();
  };
  return {
    lines: () => {
      let time: number | undefined;
      return createLines((text, cut) => {
        if (cut) cutLines += 1;
        time = timeOf(text) ?? time;
        line(text, time);
      });
    },
    silent: () => scanned === 0,
    result: () => ({ count, lines: [...last], scanned, cutLines }),
  };
}

/** Cuts a stream into lines; of one that is too long its beginning. */
function createLines(line: (text: string, cut: boolean) => void): Lines {
  // bytes that are not UTF-8 become replacement characters, also when a character is split between chunks
  let decoder = new TextDecoder('utf-8');
  const rest = { text: '', cut: false };
  const end = (): void => {
    line(rest.text.endsWith('\r') ? rest.text.slice(0, -1) : rest.text, rest.cut);
    rest.text = '';
    rest.cut = false;
  };
  const add = (part: string): void => {
    const room = lineLimit - rest.text.length;
    if (part.length > room) rest.cut = true;
    if (room > 0) rest.text += part.slice(0, room);
  };
  return {
    take: (chunk) => {
      const parts = decoder.decode(chunk, { stream: true }).split('\n');
      parts.forEach((part, index) => {
        add(part);
        if (index < parts.length - 1) end();
      });
    },
    flush: () => {
      add(decoder.decode());
      decoder = new TextDecoder('utf-8');
      if (rest.text !== '') end();
    },
  };
}

/** Near the beginning: RFC 3339, or with a blank or a comma as many loggers write it; without a zone it is the time of this machine. */
function timeOf(line: string): number | undefined {
  const found = /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?/.exec(line.slice(0, 200));
  if (found === null) return undefined;
  const [, day = '', clock = '', fraction = '0', zone = ''] = found;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const parsed = Date.parse(`${day}T${clock}.${fraction.slice(0, 3)}${offset}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
