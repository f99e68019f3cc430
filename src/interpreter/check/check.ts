/** All rules over one loaded runbook, in the order in which a mistake of one would confuse the next. Executes nothing. */
import type { Config } from '../config/config.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { sortDiagnostics } from '../document/diagnostic.ts';
import type { Runbook } from '../document/load.ts';
import { walkSteps } from '../document/steps.ts';
import { suppress } from '../document/suppressions.ts';
import type { Registry } from '../port/registry.ts';
import type { LastRehearsal } from '../rehearsal/due.ts';
import { checkBareNumbers } from './bare-numbers.ts';
import type { FindRunbook } from './calls.ts';
import { checkAtLeast } from './rules/at-least.ts';
import { checkNeededInputs } from './rules/needed-inputs.ts';
import { checkCallLocks } from './rules/call-locks.ts';
import { calledBy, checkCalls } from './calls.ts';
import { checkExpressions } from './expressions.ts';
import type { Checked } from './finding.ts';
import { createChecked, isBroken, TooManyFindings } from './finding.ts';
import { checkMeaning } from './meaning.ts';
import { checkNames } from './names.ts';
import { checkEntries } from './entries.ts';
import { checkOddCharacters } from './odd-characters.ts';
import { checkBindings, checkOwnRules } from './own-lint.ts';
import { checkChosenFields } from './rules/chosen-fields.ts';
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
import { checkRehearsed } from './rules/rehearsed.ts';
import { checkRoles } from './rules/unknown-role.ts';
import { checkSkipped } from './skipped.ts';
import { checkStructure } from './structure.ts';

export interface CheckOptions {
  readonly config?: Config;
  readonly environment?: string;
  readonly machine?: boolean;
  /** Finds the runbooks that steps call; without it calls are not compared with what they call. */
  readonly find?: FindRunbook;
  /** Finds the newest rehearsal of a runbook; without it a rehearsal is not demanded. */
  readonly rehearsed?: (id: string) => LastRehearsal | undefined;
  /** By another runbook, which says what its targets are. */
  readonly isCalled?: true;
  /** Errors of runbooks that were checked already: two calls in each of twenty make a million ways. */
  readonly called?: Map<Runbook, readonly Diagnostic[]>;
}

/** A runbook that is called must be without errors itself. */
async function checkCalledRunbooks(checked: Checked, options: CheckOptions): Promise<void> {
  const known = options.called ?? new Map<Runbook, readonly Diagnostic[]>();
  for (const { step, pointer } of checked.steps) {
    const called = isBroken(checked, pointer) ? undefined : calledBy(checked, step);
    if (called === undefined) continue;
    const errors =
      known.get(called) ??
      (await check(called, checked.registry, { ...options, isCalled: true, called: known })).filter(
        (one) => one.severity === 'error',
      );
    known.set(called, errors);
    const [first] = errors;
    if (first === undefined) continue;
    checked.add(
      'call/errors',
      checked.runbook.at(`${pointer}/run`),
      `${called.id} has ${String(errors.length)} error${errors.length === 1 ? '' : 's'}, the first in line ${String(first.line)}: ${first.message}`,
      `runbook lint ${called.file}`,
    );
  }
}

/** In this order: each rule leaves alone what a rule above it found wrong, so that one mistake is one finding. */
const rules: readonly ((checked: Checked, options: CheckOptions) => void | Promise<void>)[] = [
  // Form: what has the wrong shape has no meaning that the rest could look at.
  checkStructure,
  checkBareNumbers,
  // Names: a step, target or runbook that does not exist has no type, effect or result.
  checkNames,
  checkCalls,
  checkCallLocks,
  checkCalledRunbooks,
  // Parameters, by the step types themselves: a wrong one makes its effect and its result uncertain.
  checkOwnRules,
  checkDeclarations,
  checkNeededInputs,
  checkMeaning,
  checkAtLeast,
  checkExpressions,
  checkMisplacedValues,
  checkSkipped,
  // The configuration: what expressions and parameters need of it.
  checkMembers,
  checkChosenFields,
  checkBindings,
  // Prudence: advice about a runbook whose steps are known to be right.
  checkUndo,
  checkUndoOf,
  checkValidations,
  checkContradictions,
  checkNever,
  checkEmptiness,
  // Texts and people, which depend on nothing above.
  checkLiteralSecrets,
  checkSensitive,
  checkOddCharacters,
  checkRoles,
  checkEntries,
  checkRehearsed,
];

/** What is asked of the runbook that is linted only: targets of one that is called are bound by its caller. */
const ofTheOuterOnly: ReadonlySet<(typeof rules)[number]> = new Set([
  checkMembers,
  checkChosenFields,
  checkBindings,
  checkEntries,
  checkRehearsed,
]);

export async function check(runbook: Runbook, registry: Registry, options: CheckOptions = {}): Promise<readonly Diagnostic[]> {
  const findings: Diagnostic[] = [];
  const checked = createChecked({ runbook, registry, steps: walkSteps(runbook.data), ...options }, findings);
  try {
    for (const rule of rules) {
      if (options.isCalled !== true || !ofTheOuterOnly.has(rule)) await rule(checked, options);
      if (isBroken(checked, '')) break;
    }
  } catch (problem) {
    if (!(problem instanceof TooManyFindings)) throw problem;
  }
  return sortDiagnostics(suppress(runbook.text, runbook.file, findings));
}
