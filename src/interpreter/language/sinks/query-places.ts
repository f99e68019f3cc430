/**
 * Places of a query in which a value may appear, found by reading the author's text up to there: in PromQL a duration and the inside of a text
 * (label values), in SQL an interval and a quoted name. Values never become text of the query itself.
 */
export type QueryLanguage = 'promql' | 'postgresql';

export type QueryPlace =
  | { readonly is: 'duration' }
  /** `isPattern`: behind `=~`, where the value matches only itself. */
  | { readonly is: 'text'; readonly quote: string; readonly isPattern: boolean }
  | { readonly is: 'interval' }
  | { readonly is: 'name' }
  | { readonly is: 'none'; readonly why: string; readonly hint: string };

/** `before`, `after`: the text around the template. */
export const queryPlace = (language: QueryLanguage, before: string, after: string): QueryPlace =>
  language === 'promql' ? inPromQL(before, after) : inSql(before, after);

const none = (why: string, hint: string): QueryPlace => ({ is: 'none', why, hint });

/** What is open at the end of a text: a quote, or a comment. */
interface Open {
  readonly quote?: string;
  /** Where it was opened. */
  readonly at: number;
}

/** Texts and comments of a language: where one begins, and all of one from there. */
interface Lexis {
  readonly begins: RegExp;
  readonly whole: RegExp;
}

const promql: Lexis = {
  begins: /["'`#]/g,
  whole: /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|`[^`]*`|#[^\n]*\n/y,
};
/** Texts with a letter before them have escapes of their own; nested comments and dollar quotes are read as never closed. */
const sql: Lexis = {
  begins: /[eE]'|['"]|--|\/\*|\$(?:[A-Za-z_]\w*)?\$/g,
  whole: /[eE]'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*\n|\/\*(?:(?!\/\*|\*\/)[^])*\*\//y,
};

/** The code outside of texts and comments, each of which is one blank, and what is open at the end. */
function scan({ begins, whole }: Lexis, text: string): { readonly code: string; readonly open?: Open } {
  let code = '';
  let at = 0;
  for (;;) {
    begins.lastIndex = at;
    const begin = begins.exec(text);
    if (begin === null) return { code: code + text.slice(at) };
    code += text.slice(at, begin.index);
    whole.lastIndex = begin.index;
    const length = whole.exec(text)?.[0].length;
    if (length === undefined)
      return { code, open: { at: begin.index, ...(/^["'`]$/.test(begin[0]) ? { quote: begin[0] } : {}) } };
    code += ' ';
    at = begin.index + length;
  }
}

function inPromQL(before: string, after: string): QueryPlace {
  const { code, open } = scan(promql, before);
  if (open?.quote !== undefined) return { is: 'text', quote: open.quote, isPattern: /[=!]~\s*$/.test(before.slice(0, open.at)) };
  if (open !== undefined) return none('it would be in a comment', 'move it out of the comment');
  const isAlone = !/\w$/.test(code) && !/^\w/.test(after);
  const isWindow = /\[[^\]]*$/.test(code) || /\boffset\s+-?\s*$/i.test(code);
  if (isWindow && isAlone) return { is: 'duration' };
  return none(
    'it would be PromQL itself',
    'a value goes into a label ({venue="{{inputs.venue}}"}) or is a whole duration ([{{inputs.window}}]); other values go to `labels:` or a condition',
  );
}

function inSql(before: string, after: string): QueryPlace {
  const values = 'values go to args: $1; an interval is written interval \'{{inputs.age}}\', a name "{{inputs.table}}"';
  const { code, open } = scan(sql, before);
  if (open === undefined) return none('it would be SQL itself', values);
  if (open.quote === undefined) return none('it would be in a comment, or in a text with escapes', values);
  if (open.quote === '"') return nameAt(before.slice(0, open.at), after);
  const isInterval = open.at === before.length - 1 && (/\binterval\s*$/i.test(code) || /^'\s*::\s*interval\b/i.test(after));
  return isInterval && after.startsWith("'")
    ? { is: 'interval' }
    : none('a text of a statement is not a place for a value', values);
}

function nameAt(head: string, after: string): QueryPlace {
  const hint = 'a name is written "{{inputs.table}}"';
  const end = after.indexOf('"');
  if (end < 0 || /[uU]&$/.test(head)) return none('it would not be a name', hint);
  return /^\s*\(/.test(after.slice(end + 1))
    ? none('it would name a function to be called', 'write the name of the function')
    : { is: 'name' };
}

export interface FoundPlace {
  readonly place: QueryPlace;
  readonly offset: number;
  readonly length: number;
}

/** Every template of a query as written, with its place. */
export function placesIn(language: QueryLanguage, query: string): readonly FoundPlace[] {
  return [...query.matchAll(/(?<!\\)\{\{[^}]*\}\}/g)].map((found) => {
    const place = queryPlace(language, plain(query.slice(0, found.index)), plain(query.slice(found.index + found[0].length)));
    return { place, offset: found.index, length: found[0].length };
  });
}

/** The query with its templates as values that a grammar reads, as long as before. Braces written `\{{` are some text. */
export function withSampleValues(language: QueryLanguage, query: string): string {
  let text = query;
  for (const { place, offset, length } of placesIn(language, query)) {
    const sample = place.is === 'duration' ? '5m'.padStart(length, '0') : 'x'.repeat(length);
    text = text.slice(0, offset) + sample + text.slice(offset + length);
  }
  return plain(text);
}

/** Templates and literal braces as letters: they are inside of places, or refused. */
const plain = (text: string): string =>
  text.replaceAll(/\{\{[^}]*\}\}/g, (all) => 'x'.repeat(all.length)).replaceAll('\\{{', 'xxx');
