/** Every mistake of a test file, at its place: keys and values by its schema, names against the runbook that it tests. */
import type { Json } from '../core/model/value.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { joined } from '../document/diagnostic.ts';
import type { Runbook } from '../document/load.ts';
import { loadRunbook } from '../document/load.ts';
import { escapePointer } from '../document/nodes.ts';
import type { Mapping } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import type { Registry } from '../port/registry.ts';
import type { FindRunbook } from '../check/calls.ts';
import type { Checked } from '../check/finding.ts';
import { createChecked } from '../check/finding.ts';
import { checkMapping } from '../check/structure.ts';
import { knownNames } from './known-names.ts';
import type { TestFile } from './test-file.ts';
import { readTestFile } from './test-file.ts';
import { caseExpectSchema, caseSchema, effectSchema, testSchema } from './test-schema.ts';

/** `runbook`: the one beside it, when that can be read; `find`: those that it calls. The test is absent when there is an error. */
export function checkTestFile(
  text: string,
  file: string,
  runbook: Runbook | undefined,
  registry: Registry,
  find: FindRunbook,
): { readonly test?: TestFile; readonly findings: readonly Diagnostic[] } {
  const loaded = loadRunbook(text, file, { anyMapping: true });
  if (loaded.runbook === undefined) return { findings: loaded.diagnostics };
  const own: Diagnostic[] = [];
  const checked = createChecked({ runbook: loaded.runbook, registry, steps: [] }, own);
  checkShape(checked);
  if (runbook !== undefined) checkNames(checked, runbook, find);
  const findings = joined(loaded.diagnostics, own);
  const wrong = findings.some((one) => one.severity === 'error');
  return { ...(wrong ? {} : { test: readTestFile(loaded.runbook.data) }), findings };
}

function checkShape(checked: Checked): void {
  const { data } = checked.runbook;
  checkMapping(checked, data, '', testSchema, 'test', 'a test');
  checkEffects(checked, data, '');
  for (const [name, one] of membersOf(data['cases'])) {
    const pointer = `/cases/${escapePointer(name)}`;
    checkMapping(checked, one, pointer, caseSchema, 'test-case', 'a case');
    checkEffects(checked, one, pointer);
    if (isMapping(one['expect']))
      checkMapping(checked, one['expect'], `${pointer}/expect`, caseExpectSchema, 'test-expect', 'the expectation of a case');
  }
}

function checkEffects(checked: Checked, part: Mapping, pointer: string): void {
  for (const [step, effect] of membersOf(part['effects']))
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
    ...membersOf(data['cases']).map(([name, one]) => [one, `/cases/${escapePointer(name)}`] as const),
  ]) {
    known.inputs(part['inputs'], `${pointer}/inputs`);
    for (const key of ['answers', 'effects', 'trouble']) known.steps(part[key], `${pointer}/${key}`);
    known.expected(part['expect'], `${pointer}/expect`);
  }
}

const membersOf = (json: Json | undefined): readonly (readonly [string, Mapping])[] =>
  Object.entries(isMapping(json) ? json : {}).flatMap(([name, one]) => (isMapping(one) ? [[name, one] as const] : []));
