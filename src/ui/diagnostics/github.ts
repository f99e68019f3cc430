/** Findings as workflow commands: they become annotations on the changed lines of a pull request. */
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';

/** `%` and line breaks are escaped, and in properties also `:` and `,`. */
export const github = (findings: readonly Diagnostic[]): string => findings.map(annotation).join('\n');

function annotation(one: Diagnostic): string {
  const text = (value: string): string => value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (value: string): string => text(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const place = `file=${property(one.file)},line=${String(one.line)},col=${String(one.column)},endLine=${String(one.endLine)},endColumn=${String(one.endColumn)}`;
  return `::${one.severity} ${place},title=${property(one.code)}::${text(one.message)}${one.hint === undefined ? '' : text(` (${one.hint})`)}`;
}
