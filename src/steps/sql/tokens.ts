/**
 * Cuts SQL text into words the way PostgreSQL's scanner does: nested comments, dollar quotes, escape strings, quoted names. What is inside a
 * string or a comment must never be taken for a keyword, and the other way round (T9).
 */
export interface Token {
  /**
   * word: as the server folds it (lower case); name: a quoted identifier, unescaped; `$1` is a parameter whose text is the number.
   * A name written as `U&"..."` is `escaped`: what it spells is not worked out here.
   */
  readonly is: 'word' | 'name' | 'escaped' | 'string' | 'number' | 'parameter' | 'sign';
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  /** How many parentheses are open around it; an opening one counts as outside. */
  readonly depth: number;
}

export interface SyntaxProblem {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
}

export type Tokens =
  { readonly ok: true; readonly tokens: readonly Token[] } | { readonly ok: false; readonly problem: SyntaxProblem };

const wordAt = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const numberAt = /(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const dollarAt = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const parameterAt = /\$\d+/y;
const blankAt = /[ \t\n\r\f\v]+/y;
const lineCommentAt = /--[^\n\r]*/y;
const plainStringAt = /'[^']*(?:''[^']*)*'/y;
const escapeStringAt = /'[^'\\]*(?:(?:''|\\[^])[^'\\]*)*'/y;
const nameAt = /"[^"]*(?:""[^"]*)*"/y;

export function tokenize(text: string): Tokens {
  const tokens: Token[] = [];
  const open: number[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const fails = (message: string, length = 1): Tokens => ({ ok: false, problem: { message, offset: at, length } });
  const zero = text.indexOf('\0');
  if (zero >= 0) return { ok: false, problem: { message: 'a NUL character', offset: zero, length: 1 } };
  while (at < text.length) {
    const blank = match(blankAt) ?? match(lineCommentAt);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    if (text.startsWith('/*', at)) {
      const end = endOfComment(text, at);
      if (end === undefined) return fails('a comment that never ends', 2);
      at = end;
      continue;
    }
    const found = quoted(text, at, match) ?? bare(match) ?? { is: 'sign', length: 1, text: text.charAt(at) };
    if ('problem' in found) return fails(found.problem);
    if (found.is === 'sign' && found.text === '\\')
      return fails('a backslash: commands of psql are not SQL, the server does not know them');
    if (found.is === 'sign' && found.text === ')' && open.pop() === undefined) return fails('a ")" that closes nothing');
    tokens.push({ is: found.is, text: found.text, offset: at, length: found.length, depth: open.length });
    if (found.is === 'sign' && found.text === '(') open.push(at);
    at += found.length;
  }
  const unclosed = open.pop();
  if (unclosed === undefined) return { ok: true, tokens };
  at = unclosed;
  return fails('a "(" that is never closed');
}

type Found = { readonly is: Token['is']; readonly text: string; readonly length: number } | { readonly problem: string };

/** Strings and quoted names, with the letters that may appear before the quote. */
function quoted(text: string, at: number, match: (pattern: RegExp) => string | undefined): Found | undefined {
  const prefix = /(?:[eEbBxXnN](?=')|[uU]&(?=['"]))?/y;
  prefix.lastIndex = at;
  const letters = prefix.exec(text)?.[0] ?? '';
  const quote = text[at + letters.length];
  if (quote === "'" || quote === '"') {
    const pattern = quote === '"' ? nameAt : /e/i.test(letters) ? escapeStringAt : plainStringAt;
    pattern.lastIndex = at + letters.length;
    const body = pattern.exec(text)?.[0];
    if (body === undefined || body === '""')
      return { problem: quote === '"' ? 'a quoted name that is empty or never ends' : 'a string that never ends' };
    const length = letters.length + body.length;
    if (quote === "'") return { is: 'string', text: body.slice(1, -1), length };
    return { is: letters === '' ? 'name' : 'escaped', text: body.slice(1, -1).replaceAll('""', '"'), length };
  }
  const tag = match(dollarAt);
  if (tag === undefined) return undefined;
  const end = text.indexOf(tag, at + tag.length);
  if (end < 0) return { problem: `a string that begins with ${tag} and never ends` };
  return { is: 'string', text: text.slice(at + tag.length, end), length: end + tag.length - at };
}

function bare(match: (pattern: RegExp) => string | undefined): Found | undefined {
  const parameter = match(parameterAt);
  if (parameter !== undefined) return { is: 'parameter', text: parameter.slice(1), length: parameter.length };
  const word = match(wordAt);
  // Only ASCII is folded: what the server does with other letters depends on its encoding, and no keyword has any.
  if (word !== undefined)
    return { is: 'word', text: word.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()), length: word.length };
  const number = match(numberAt);
  return number === undefined ? undefined : { is: 'number', text: number, length: number.length };
}

/** Comments nest. */
function endOfComment(text: string, start: number): number | undefined {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return undefined;
}
