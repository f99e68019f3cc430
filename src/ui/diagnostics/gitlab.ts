/** Findings as a code quality report, which merge requests show as new and as mended. */
import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';

/** The fingerprint knows nothing of lines: text that is added above does not make a finding new. Equal findings of a file are numbered. */
export function gitlab(findings: readonly Diagnostic[]): string {
  const seen = new Map<string, number>();
  const report = findings.map((one) => {
    const identity = `${one.file}\n${one.code}\n${one.message}`;
    const nth = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, nth);
    return {
      description: one.hint === undefined ? one.message : `${one.message} (${one.hint})`,
      check_name: one.code,
      fingerprint: createHash('sha256')
        .update(`${identity}\n${String(nth)}`)
        .digest('hex'),
      severity: one.severity === 'error' ? 'major' : 'minor',
      location: { path: one.file, lines: { begin: one.line, end: one.endLine } },
    };
  });
  return JSON.stringify(report);
}
