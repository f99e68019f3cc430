/** All rules over one loaded runbook, in the order in which a mistake of one would confuse the next. Executes nothing. */
import type { Config } from '../config/config.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { sortDiagnostics } from '../document/diagnostic.ts';
import type { Runbook } from '../document/load.ts';
import { walkSteps } from '../document/steps.ts';
import { suppress } from '../document/suppressions.ts';
import type { Registry } from '../port/registry.ts';
import { checkBareNumbers } from './bare-numbers.ts';
import { checkExpressions } from './expressions.ts';
import { createChecked } from './finding.ts';
import { checkMeaning } from './meaning.ts';
import { checkNames } from './names.ts';
import { checkEntries } from './entries.ts';
import { checkOddCharacters } from './odd-characters.ts';
import { checkBindings, checkOwnRules } from './own-lint.ts';
import { checkDeclarations } from './rules/declarations.ts';
import { checkContradictions } from './rules/contradiction.ts';
import { checkLiteralSecrets } from './rules/literal-secret.ts';
import { checkMisplacedValues } from './rules/misplaced-values.ts';
import { checkMembers } from './members.ts';
import { checkEmptiness } from './rules/emptiness.ts';
import { checkNever } from './rules/never.ts';
import { checkValidations } from './rules/nothing-validated.ts';
import { checkSensitive } from './rules/sensitive.ts';
import { checkUndoOf } from './rules/undo-of.ts';
import { checkUndo } from './rules/undo-missing.ts';
import { checkRoles } from './rules/unknown-role.ts';
import { checkSkipped } from './skipped.ts';
import { checkStructure } from './structure.ts';

export async function check(
  runbook: Runbook,
  registry: Registry,
  options: { readonly config?: Config; readonly environment?: string; readonly machine?: boolean } = {},
): Promise<readonly Diagnostic[]> {
  const findings: Diagnostic[] = [];
  const checked = createChecked({ runbook, registry, steps: walkSteps(runbook.data), ...options }, findings);
  checkStructure(checked);
  checkBareNumbers(checked);
  checkNames(checked);
  await checkOwnRules(checked);
  checkDeclarations(checked);
  checkMeaning(checked);
  checkExpressions(checked);
  checkMisplacedValues(checked);
  checkSkipped(checked);
  checkMembers(checked);
  checkBindings(checked);
  checkUndo(checked);
  checkUndoOf(checked);
  checkValidations(checked);
  checkContradictions(checked);
  checkNever(checked);
  checkEmptiness(checked);
  checkLiteralSecrets(checked);
  checkSensitive(checked);
  checkOddCharacters(checked);
  checkRoles(checked);
  await checkEntries(checked);
  return sortDiagnostics(suppress(runbook.text, runbook.file, findings));
}
