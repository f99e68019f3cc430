/** Findings as SARIF 2.1.0, the form that code scanning services take. */
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';

export function sarif(findings: readonly Diagnostic[]): string {
  const rules = new Map(findings.map((one) => [one.code, one.docs]));
  return JSON.stringify({
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: {
          driver: {
            name: 'runbook',
            rules: [...rules]
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([id, docs]) => ({ id, ...(docs === undefined ? {} : { help: { text: docs } }) })),
          },
        },
        results: findings.map(result),
      },
    ],
  });
}

function result(one: Diagnostic): object {
  return {
    ruleId: one.code,
    level: one.severity,
    message: { text: one.hint === undefined ? one.message : `${one.message} (${one.hint})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: one.file.split('/').map(encodeURIComponent).join('/') },
          region: { startLine: one.line, startColumn: one.column, endLine: one.endLine, endColumn: one.endColumn },
        },
      },
    ],
  };
}
