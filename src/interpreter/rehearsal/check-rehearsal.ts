/** Every mistake of a rehearsal file, at its place: keys and values by its schema, names against the runbook that it rehearses. */
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
import type { Rehearsal } from './rehearsal.ts';
import { rehearsalOf } from './rehearsal.ts';
import { expectSchema, labSchema, rehearsalSchema, worldSchema } from './rehearsal-schema.ts';

/** The rehearsal is absent when there is an error. */
export function checkRehearsal(beside: Beside): { readonly rehearsal?: Rehearsal; readonly findings: readonly Diagnostic[] } {
  const { data, findings } = checkBeside(beside, { shape: checkShape, names: checkNames });
  return { ...(data === undefined ? {} : { rehearsal: rehearsalOf(data) }), findings };
}

function checkShape(checked: Checked): void {
  const { data } = checked.runbook;
  checkMapping(checked, data, '', rehearsalSchema, 'rehearsal', 'a rehearsal');
  if (isMapping(data['lab'])) checkMapping(checked, data['lab'], '/lab', labSchema, 'rehearsal-lab', 'the lab of a rehearsal');
  if (isMapping(data['lab']) && isMapping(data['lab']['copies'])) checkCopies(checked, data['lab']['copies']);
  for (const [name, world] of mappingsIn(data['worlds'])) {
    const pointer = `/worlds/${escapePointer(name)}`;
    checkMapping(checked, world, pointer, worldSchema, 'rehearsal-world', 'a world');
    if (isMapping(world['expect']))
      checkMapping(checked, world['expect'], `${pointer}/expect`, expectSchema, 'rehearsal-expect', 'the expectation of a world');
  }
  if (data['verify'] === undefined) checkVerified(checked);
}

/** `{{copy}}` and `{{folder}}` are all that a copy knows. */
function checkCopies(checked: Checked, copies: Mapping): void {
  for (const [name, text] of Object.entries(copies)) {
    const unknown =
      typeof text === 'string' ? text.replaceAll(/\{\{(copy|folder)\}\}/g, '').match(/\{\{.*?(\}\}|$)/)?.[0] : undefined;
    if (unknown === undefined) continue;
    const place = checked.runbook.at(`/lab/copies/${escapePointer(name)}`);
    checked.add('value/enum', place, `${unknown} is not known here`, 'write {{copy}} or {{folder}}');
  }
}

/** What nobody verifies is neither broken nor as it should be. */
function checkVerified(checked: Checked): void {
  for (const [name, world] of mappingsIn(checked.runbook.data['worlds']))
    for (const pointer of [
      ...(world['given'] === undefined ? [] : ['given']),
      ...(isMapping(world['expect']) && world['expect']['verify'] !== undefined ? ['expect/verify'] : []),
    ])
      checked.add(
        'key/missing',
        checked.runbook.at(`/worlds/${escapePointer(name)}/${pointer}`, 'key'),
        'this needs `verify` in the file',
        'add `verify: COMMAND`, which ends with 0 when the system is as it should be',
      );
}

/** Steps and inputs that the rehearsal names are steps and inputs of the runbook. */
function checkNames(checked: Checked, runbook: Runbook, find: FindRunbook): void {
  const { data } = checked.runbook;
  const known = knownNames(checked, runbook, find, 'rehearses');
  for (const [part, pointer] of [
    [data, ''] as const,
    ...mappingsIn(data['worlds']).map(([name, world]) => [world, `/worlds/${escapePointer(name)}`] as const),
  ]) {
    known.inputs(part['inputs'], `${pointer}/inputs`);
    known.steps(part['answers'], `${pointer}/answers`);
    known.expected(part['expect'], `${pointer}/expect`);
  }
  known.steps(data['unproven'], '/unproven');
}
