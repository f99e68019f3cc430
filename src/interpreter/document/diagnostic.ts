import type { Fix } from './fix.ts';

/** A finding with its place. Codes are documented in docs/lint; printers format, tests assert codes. */
export interface Diagnostic {
  readonly file: string;
  /** From 1; columns count UTF-16 units. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: 'error' | 'warning';
  /** `area/short-name`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly docs?: string;
  /** Only where there is one right answer; `lint --fix` writes it. */
  readonly fix?: Fix;
}

/** Stable order, without repetitions. */
export function sortDiagnostics(all: readonly Diagnostic[]): readonly Diagnostic[] {
  const order = (a: Diagnostic, b: Diagnostic): number =>
    compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.code, b.code) || compare(a.message, b.message);
  const key = (one: Diagnostic): string => [one.file, one.line, one.column, one.code, one.message].join('\u0000');
  const seen = new Set<string>();
  return [...all].sort(order).filter((one) => !seen.has(key(one)) && seen.add(key(one)) !== undefined);
}

/** What the reader says and what the rules say, in order; of a word that is of the wrong kind as well the rule says enough. */
export function joined(reader: readonly Diagnostic[], rules: readonly Diagnostic[]): readonly Diagnostic[] {
  const twice = (one: Diagnostic): boolean =>
    one.code === 'yaml/bare-word' &&
    rules.some((other) => other.code.startsWith('value/') && other.line === one.line && other.column === one.column);
  return sortDiagnostics([...reader.filter((one) => !twice(one)), ...rules]);
}

/** Findings of one file that are shown: nobody mends more at once. */
export const mostFindings = 200;

export const tooManyFindings = 'too-many-findings';

/** At most `mostFindings` of a file, errors before warnings, in their order; where some are left out, one more says so and where they begin. */
export function capped(sorted: readonly Diagnostic[]): readonly Diagnostic[] {
  if (sorted.length <= mostFindings) return sorted;
  const isError = (one: Diagnostic): boolean => one.severity === 'error';
  const errors = sorted.filter(isError).slice(0, mostFindings);
  const warnings = sorted.filter((one) => !isError(one)).slice(0, mostFindings - errors.length);
  const kept = new Set([...errors, ...warnings]);
  const left = sorted.filter((one) => !kept.has(one));
  const [first] = left;
  if (first === undefined) return sorted;
  const { file, line, column, endLine, endColumn } = first;
  const message = `only the first ${String(mostFindings)} findings of this file are shown; the others begin here`;
  const hint = 'mend those that are shown, and lint again';
  const severity = left.some(isError) ? 'error' : 'warning';
  const notice: Diagnostic = { file, line, column, endLine, endColumn, severity, code: tooManyFindings, message, hint };
  return sortDiagnostics([...kept, notice]);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Where a code is explained, with a failing and a mended example. */
/** Where a code is explained: the page of its area, at its heading (a heading's anchor is the heading without the slash). */
export const docsOf = (code: string): string => `docs/lint/${areaOf(code)}.md#${code.replace('/', '')}`;

export const areaOf = (code: string): string => code.split('/')[0] ?? code;
