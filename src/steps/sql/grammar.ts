/** PostgreSQL's own grammar (that of version 18, compiled to WebAssembly): what it cannot read, no server can perform. */
import { hasSqlDetails, loadModule, parseSync } from 'libpg-query';

export interface SyntaxFault {
  /** In the statement, from 0, as JavaScript counts. */
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly hint?: string;
}

/** `tree`: the list of statements as PostgreSQL's parser makes it. */
export type ParsedSql = { readonly ok: true; readonly tree: unknown } | { readonly ok: false; readonly fault: SyntaxFault };

/** Once; about as long as twenty statements take afterwards. */
export async function openGrammar(): Promise<(sql: string) => ParsedSql> {
  await loadModule();
  return read;
}

function read(sql: string): ParsedSql {
  try {
    return { ok: true, tree: parseSync(sql) };
  } catch (thrown) {
    return { ok: false, fault: faultOf(thrown, sql) };
  }
}

function faultOf(thrown: unknown, sql: string): SyntaxFault {
  const { message = '', cursorPosition = 0 } = hasSqlDetails(thrown) ? (thrown.sqlDetails ?? {}) : {};
  if (message === '') return { offset: 0, length: Math.max(1, sql.length), message: 'the statement is too deep to be read' };
  // The parser counts characters, and JavaScript counts half of them twice.
  const offset = Math.min([...sql].slice(0, cursorPosition).join('').length, sql.trimEnd().length);
  const word = /^(?:\w+|\S)/.exec(sql.slice(offset))?.[0] ?? '';
  const hint = isForeignParameter(sql, offset) ? 'parameters are $1, $2 and so on, their values appear in args' : undefined;
  const words = message.startsWith('syntax error at end')
    ? 'the statement ends too early'
    : message.startsWith('syntax error')
      ? `PostgreSQL does not expect "${word}" here`
      : message;
  return {
    offset: Math.min(offset, Math.max(0, sql.length - 1)),
    length: Math.max(1, word.length),
    message: words,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** `?`, `:name`, `%s`, `${name}`: how other tools write a parameter. */
const isForeignParameter = (sql: string, at: number): boolean =>
  /^(?::\w|\$\{|%[s(])/.test(sql.slice(at)) || /^(?:\{|%s)/.test(sql.slice(Math.max(0, at - 1))) || /[=(,<>]\s*\?/.test(sql);
