/** Every mistake of a test file, at its place: keys and values by its schema, names against the runbook that it tests. */
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Runbook } from '../document/load.ts';
import { escapePointer } from '../document/nodes.ts';
import type { Mapping } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import type { FindRunbook } from '../check/calls.ts';
import type { Checked } from '../check/finding.ts';
import { checkMapping } from '../check/structure.ts';
import type { Beside } from './check-beside.ts';
import { checkBeside, mappingsIn } from './check-beside.ts';
import { knownNames } from './known-names.ts';
import type { TestFile } from './test-file.ts';
import { readTestFile } from './test-file.ts';
import { caseExpectSchema, caseSchema, effectSchema, testSchema } from './test-schema.ts';

/** The test is absent when there is an error. */
export function checkTestFile(beside: Beside): { readonly test?: TestFile; readonly findings: readonly Diagnostic[] } {
  const { data, findings } = checkBeside(beside, { shape: checkShape, names: checkNames });
  return { ...(data === undefined ? {} : { test: readTestFile(data) }), findings };
}

function checkShape(checked: Checked): void {
  const { data } = checked.runbook;
  checkMapping(checked, data, '', testSchema, 'test', 'a test');
  checkEffects(checked, data, '');
  for (const [name, one] of mappingsIn(data['cases'])) {
    const pointer = `/cases/${escapePointer(name)}`;
    checkMapping(checked, one, pointer, caseSchema, 'test-case', 'a case');
    checkEffects(checked, one, pointer);
    if (isMapping(one['expect']))
      checkMapping(checked, one['expect'], `${pointer}/expect`, caseExpectSchema, 'test-expect', 'the expectation of a case');
  }
}

function checkEffects(checked: Checked, part: Mapping, pointer: string): void {
  for (const [step, effect] of mappingsIn(part['effects']))
    checkMapping(
      checked,
      effect,
      `${pointer}/effects/${escapePointer(step)}`,
      effectSchema,
      'test-effect',
      'what a step answers',
    );
}

function checkNames(checked: Checked, runbook: Runbook, find: FindRunbook): void {
  const { data } = checked.runbook;
  const known = knownNames(checked, runbook, find, 'tests');
  for (const [part, pointer] of [
    [data, ''] as const,
    ...mappingsIn(data['cases']).map(([name, one]) => [one, `/cases/${escapePointer(name)}`] as const),
  ]) {
    known.inputs(part['inputs'], `${pointer}/inputs`);
    for (const key of ['answers', 'effects', 'trouble']) known.steps(part[key], `${pointer}/${key}`);
    known.expected(part['expect'], `${pointer}/expect`);
  }
}
