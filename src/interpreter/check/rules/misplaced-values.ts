/** Values of somebody else in places where they would be run, taken for an option, or name any file. The engine refuses the same in a run. */
import { paramsOf, paramsTree } from '../../plan/params.ts';
import type { Json } from '../../core/model/value.ts';
import type { Mapping, Walked } from '../../document/steps.ts';
import { commsType, isMapping, turnsExpression } from '../../document/steps.ts';
import type { Misplaced } from '../../language/sinks/judge.ts';
import { misplacedValues, namesWholePath } from '../../language/sinks/judge.ts';
import type { Trust, Trusts } from '../../language/sinks/trust.ts';
import { trustOfInput } from '../../language/sinks/trust.ts';
import { textOf } from '../../port/text.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';

export function checkMisplacedValues(checked: Checked): void {
  if (!checked.runbook.text.includes('{{')) return;
  const inputs = trustsOfInputs(checked.runbook.data['inputs']);
  for (const walked of checked.steps) {
    const type = checked.registry.get(walked.role === 'comms' ? commsType : textOf(walked.step['type']));
    if (type === undefined || Object.keys(type.manifest.sinkAt).length === 0 || isBroken(checked, walked.pointer)) continue;
    const params = paramsOf(walked.step, type);
    const tree = paramsTree(params, type.manifest);
    const trusts: Trusts = { inputs, undeclared: 'listed', items: itemsAround(checked, walked) };
    for (const found of misplacedValues(type.manifest, params, tree, trusts)) tell(checked, walked, found);
    for (const pointer of namesWholePath(type.manifest, params, tree, trusts)) tellPath(checked, walked, pointer);
  }
}

function trustsOfInputs(declared: Json | undefined): Readonly<Record<string, Trust>> {
  const inputs = isMapping(declared) ? declared : {};
  return Object.fromEntries(
    Object.entries(inputs).map(([name, one]) => [name, trustOfInput(isMapping(one) ? one : { type: one ?? 'string' })]),
  );
}

function itemsAround(checked: Checked, walked: Walked): Trusts['items'] {
  const items: Record<string, string> = {};
  for (const step of [...walked.groups.map((pointer) => checked.stepAt(pointer)?.step), walked.step]) {
    if (step?.['forEach'] === undefined) continue;
    const over = turnsExpression(step['forEach']) ?? '';
    items['item'] = over;
    if (typeof step['as'] === 'string') items[step['as']] = over;
  }
  return items;
}

function tell(checked: Checked, walked: Walked, { pointer, is, why }: Misplaced): void {
  const where = placeOf(checked, walked, pointer);
  if (where === undefined) return;
  if (is === 'code')
    checked.add(
      'template/code',
      where,
      `no value is allowed here: ${why}`,
      'pass it as an argument behind the text, or by `env:` and "$NAME"; values listed by `enum:` may appear here',
    );
  else if (is === 'option')
    checked.add(
      'template/option',
      where,
      'a value that begins with "-" would be taken as an option; a run refuses it',
      'write "--" before it, or give the input a `pattern:` that begins with ^ and leaves "-" out',
      'warning',
    );
  else
    checked.add(
      'template/arithmetic',
      where,
      why,
      'let the input be `type: integer`, or compare as text: [[ $X = 1 ]]',
      'warning',
    );
}

function tellPath(checked: Checked, walked: Walked, pointer: string): void {
  const where = placeOf(checked, walked, pointer);
  if (where === undefined) return;
  checked.add(
    'template/path',
    where,
    'a value alone decides which file this is',
    'begin with a folder: "conf/{{inputs.name}}", or list the files with `enum:`; a run refuses absolute paths and ".."',
    'warning',
  );
}

/** Where the template begins; undefined: something is wrong there already. */
function placeOf(checked: Checked, { step, pointer }: Walked, inStep: string): ReturnType<Checked['runbook']['at']> | undefined {
  const at = `${pointer}${inStep}`;
  if (isBroken(checked, at)) return undefined;
  const leaf = leafOf(step, inStep);
  const braces = typeof leaf === 'string' ? leaf.indexOf('{{') : -1;
  return braces < 0 ? checked.runbook.at(at) : checked.runbook.atText(at, braces, 2);
}

function leafOf(step: Mapping, pointer: string): Json | undefined {
  let at: Json | undefined = step;
  for (const key of pointer.split('/').slice(1)) {
    const found: Json | undefined =
      at !== null && typeof at === 'object' ? (at as Readonly<Record<string, Json>>)[key] : undefined;
    at = found;
  }
  return at;
}
