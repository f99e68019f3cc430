/** Findings for people: place, code, message, the source line with carets, hint. */
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { oneLine, sanitize } from '../../interpreter/guard/sanitize.ts';

export function pretty(
  findings: readonly Diagnostic[],
  source: (file: string) => string,
  options: { readonly colour: boolean },
): string {
  const paint = (code: string, text: string): string => (options.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const secretLines = new Set(findings.filter(({ code }) => code === 'secret/literal').map(placeOf));
  // A line that holds a secret is not repeated, nor is any of a configuration: what is printed is kept in the logs of a pipeline.
  // A finding about a whole file has no line, least of all that of the file a link leads to.
  const isPrivate = (one: Diagnostic): boolean => /^(?:config|file)-/.test(one.code) || secretLines.has(placeOf(one));
  const lineOf = lines(source);
  return findings
    .map((one) => {
      const place = `${oneLine(one.file)}:${String(one.line)}:${String(one.column)}`;
      const head = `${paint('1', place)}: ${paint(one.severity === 'error' ? '31' : '33', one.severity)} ${one.code}: ${sanitize(one.message)}`;
      const line = isPrivate(one) ? undefined : lineOf(one);
      const hint = one.hint === undefined ? [] : [`  hint: ${sanitize(one.hint)}`];
      return [head, ...(line === undefined ? [] : excerpt(one, line, paint)), ...hint].join('\n');
    })
    .join('\n\n');
}

/** The findings of a file come together, so one file is split at a time. */
function lines(source: (file: string) => string): (one: Diagnostic) => string | undefined {
  let last: { readonly file: string; readonly lines: readonly string[] } | undefined;
  return ({ file, line }) => {
    if (last?.file !== file) last = { file, lines: source(file).split('\n') };
    return last.lines[line - 1];
  };
}

const placeOf = ({ file, line }: Diagnostic): string => `${file}:${String(line)}`;

const widest = 120;

/** A window of a long line around the place; tabs count as one column. */
function excerpt(one: Diagnostic, line: string, paint: (code: string, text: string) => string): readonly string[] {
  const from = one.column - 1 > widest - 30 ? one.column - 40 : 0;
  const shown = sanitize(line.slice(from, from + widest).replaceAll('\t', ' '));
  const number = String(one.line);
  const length = one.endLine === one.line ? Math.max(1, one.endColumn - one.column) : Math.max(1, line.length - one.column + 1);
  const carets = '^'.repeat(Math.min(length, Math.max(1, from + widest - one.column + 1)));
  return [
    `  ${number} | ${shown}`,
    `  ${' '.repeat(number.length)} | ${' '.repeat(Math.max(0, one.column - 1 - from))}${paint('36', carets)}`,
  ];
}
