/** Findings as JUnit: a suite per file; a file without findings is a test that passed. */
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { oneLine } from '../../interpreter/guard/sanitize.ts';
import { xml } from '../xml.ts';

export function findingsJunit(findings: readonly Diagnostic[], files: readonly string[]): string {
  const suites = files.map((file) => {
    const own = findings.filter((one) => one.file === file);
    const errors = own.filter((one) => one.severity === 'error').length;
    const cases = own.length === 0 ? [`    <testcase classname="${xml(oneLine(file))}" name="lint"/>`] : own.map(testCase);
    const counts = `tests="${String(cases.length)}" failures="${String(errors)}" errors="0"`;
    return [`  <testsuite name="${xml(oneLine(file))}" ${counts}>`, ...cases, '  </testsuite>'].join('\n');
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="runbook lint">', ...suites, '</testsuites>'].join('\n');
}

/** A warning fails nothing: its words are what the test printed. */
function testCase(one: Diagnostic): string {
  const place = `${oneLine(one.file)}:${String(one.line)}:${String(one.column)}`;
  const words = xml(`${place} ${one.message}${one.hint === undefined ? '' : ` (${one.hint})`}`);
  const body =
    one.severity === 'error'
      ? `<failure type="${xml(one.code)}" message="${xml(one.message)}">${words}</failure>`
      : `<system-out>${words}</system-out>`;
  return `    <testcase classname="${xml(oneLine(one.file))}" name="${xml(`${one.code} ${place}`)}">${body}</testcase>`;
}
