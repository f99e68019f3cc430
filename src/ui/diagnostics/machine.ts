/** Findings for machines: JSON (design 5), GitHub annotations, SARIF, JUnit. */
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';

export type MachineForm = 'json' | 'github' | 'sarif' | 'junit';

export function machine(form: MachineForm, findings: readonly Diagnostic[], files: number): string {
  switch (form) {
    case 'json':
      return JSON.stringify({ files, findings });
    case 'github':
      return findings.map(annotation).join('\n');
    case 'sarif':
      return JSON.stringify(sarif(findings));
    case 'junit':
      return junit(findings);
  }
}

/** Workflow command; `%`, line breaks, and in properties also `:` and `,` are escaped. */
function annotation(one: Diagnostic): string {
  const text = (value: string): string => value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (value: string): string => text(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const place = `file=${property(one.file)},line=${String(one.line)},col=${String(one.column)},endLine=${String(one.endLine)},endColumn=${String(one.endColumn)}`;
  return `::${one.severity} ${place},title=${property(one.code)}::${text(one.message)}${one.hint === undefined ? '' : text(` (${one.hint})`)}`;
}

function sarif(findings: readonly Diagnostic[]): object {
  const rules = [...new Set(findings.map((one) => one.code))].sort();
  return {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: { driver: { name: 'runbook', rules: rules.map((id) => ({ id })) } },
        results: findings.map((one) => ({
          ruleId: one.code,
          level: one.severity,
          message: { text: one.hint === undefined ? one.message : `${one.message} (${one.hint})` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: one.file },
                region: { startLine: one.line, startColumn: one.column, endLine: one.endLine, endColumn: one.endColumn },
              },
            },
          ],
        })),
      },
    ],
  };
}

export const xml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n\r -\ud7ff\ue000-\ufffd]/g, '');

function junit(findings: readonly Diagnostic[]): string {
  const errors = findings.filter((one) => one.severity === 'error');
  const cases = findings.map((one) => {
    const place = `${one.file}:${String(one.line)}:${String(one.column)}`;
    const body =
      one.severity === 'error' ? `<failure message="${xml(one.message)}">${xml(`${place} ${one.hint ?? ''}`)}</failure>` : '';
    return `  <testcase classname="${xml(one.file)}" name="${xml(`${one.code} ${place}`)}">${body}</testcase>`;
  });
  return [
    `<testsuite name="runbook lint" tests="${String(findings.length)}" failures="${String(errors.length)}">`,
    ...cases,
    '</testsuite>',
  ].join('\n');
}
