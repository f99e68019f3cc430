/**
 * `# runbook-lint-disable-next-line CODE[, CODE]: reason` takes a warning away from the next line that says something. Errors stay whatever a
 * comment says: with one of them the run would be refused. Where the reason is missing, or nothing was to take away, that is a finding itself.
 */
import { Lexer } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import { docsOf } from './diagnostic.ts';

const word = 'runbook-lint-disable-next-line';

interface Suppression {
  /** From 0, of the comment. */
  readonly offset: number;
  readonly length: number;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The line that it speaks of. */
  readonly about: number;
  readonly codes: readonly string[];
  readonly reason: string;
}

/** The findings that remain. Costs nothing for a text without such a comment. */
export function suppress(text: string, file: string, findings: readonly Diagnostic[]): readonly Diagnostic[] {
  if (!text.includes(word)) return findings;
  const all = suppressionsIn(text);
  const byLine = new Map<number, Suppression[]>();
  for (const one of all) byLine.set(one.about, (byLine.get(one.about) ?? []).concat(one));
  const isNamed = (found: Diagnostic): boolean => byLine.get(found.line)?.some((one) => names(one, found)) === true;
  const stay = findings
    .filter((found) => found.severity === 'error' || !isNamed(found))
    .map((found) => (isNamed(found) ? { ...found, message: `${found.message}; an error cannot be suppressed` } : found));
  const found = new Set(findings.map(({ line, code }) => `${String(line)} ${code}`));
  return [...stay, ...all.flatMap((one) => wrongIn(one, text, file, (code) => found.has(`${String(one.about)} ${code}`)))];
}

/** Found only when other documents are linted as well: whether they were is no matter of this one, so these are never unused. */
const acrossFiles = new Set(['lock/not-shared', 'lock/order']);

/** For warnings that are found after the document itself was linted. */
export const isSuppressed = (text: string, found: Diagnostic): boolean =>
  text.includes(word) && found.severity === 'warning' && suppressionsIn(text).some((one) => names(one, found));

const names = ({ about, codes }: Suppression, found: Diagnostic): boolean => about === found.line && codes.includes(found.code);

function wrongIn(one: Suppression, text: string, file: string, isFound: (code: string) => boolean): readonly Diagnostic[] {
  const { offset, length, line, column, codes, reason } = one;
  const finding = (code: string, message: string, hint: string): Diagnostic => ({
    file,
    line,
    column,
    endLine: line,
    endColumn: column + length,
    severity: 'warning',
    code,
    message,
    hint,
    docs: docsOf(code),
  });
  const isUsed = (code: string): boolean => acrossFiles.has(code) || isFound(code);
  const used = codes.filter(isUsed);
  const unused = codes.filter((code) => !used.includes(code));
  if (codes.length === 0 || (reason === '' && used.length > 0))
    return [
      finding('lint/suppression-without-reason', 'a suppression needs a code and a reason', `write \`# ${word} CODE: reason\``),
    ];
  if (unused.length === 0) return [];
  const fix = used.length === 0 ? wholeLine(text, offset, length) : undefined;
  return [
    {
      ...finding(
        'lint/suppression-unused',
        `there is no ${unused.join(', ')} in line ${String(one.about)} to suppress`,
        used.length === 0 ? 'remove the comment' : 'remove the code from the comment',
      ),
      ...(fix === undefined ? {} : { fix }),
    },
  ];
}

/** The comment's line, when nothing else is in it. */
function wholeLine(text: string, offset: number, length: number): Diagnostic['fix'] {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset + length);
  if (end < 0 || text.slice(start, offset).trim() !== '' || text.slice(offset + length, end).trim() !== '') return undefined;
  return { offset: start, length: end + 1 - start, text: '' };
}

/** Comments as YAML's lexer tells them: the same words in a script or a text are not a comment. */
function suppressionsIn(text: string): readonly Suppression[] {
  const next = followers(text.split('\n'));
  const found: Suppression[] = [];
  let offset = 0;
  let line = 1;
  let lineStart = 0;
  let before = '';
  for (const lexeme of new Lexer().lex(text)) {
    if (marks.has(lexeme)) {
      before = lexeme;
      continue;
    }
    const match = before === scalarFollows ? null : pattern.exec(lexeme);
    if (match !== null) {
      const codes = (match[1] ?? '').split(/[\s,]+/).filter((code) => code !== '');
      const length = lexeme.trimEnd().length;
      found.push({
        offset,
        length,
        line,
        column: offset - lineStart + 1,
        about: next[line] ?? line + 1,
        codes,
        reason: (match[2] ?? '').trim(),
      });
    }
    before = lexeme;
    offset += lexeme.length;
    for (let at = lexeme.indexOf('\n'); at >= 0; at = lexeme.indexOf('\n', at + 1)) {
      line += 1;
      lineStart = offset - lexeme.length + at + 1;
    }
  }
  return found;
}

/** What the lexer says beside the text itself. */
const scalarFollows = '\u001f';
const marks = new Set(['\u0002', '\u0018', scalarFollows]);
const pattern = new RegExp(`^#\\s*${word}(?![\\w-])([^:]*)(?::([^\\n]*))?`);

/** To each line (from 1) the next that is neither empty nor a comment, so that several suppressions can appear above one line. */
function followers(lines: readonly string[]): readonly number[] {
  const next: number[] = [];
  let found: number | undefined;
  for (let line = lines.length; line >= 0; line -= 1) {
    next[line] = found ?? line + 1;
    if (line > 0 && !/^\s*(?:#|$)/.test(lines[line - 1] ?? '')) found = line;
  }
  return next;
}
