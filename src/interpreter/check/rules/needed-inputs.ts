/** Inputs that only one way needs: the way exists, and nothing else reads them, since they may be missing there. */
import type { Json } from '../../core/model/value.ts';
import { escapePointer } from '../../document/nodes.ts';
import type { Mapping, Walked } from '../../document/steps.ts';
import { isList, isMapping } from '../../document/steps.ts';
import { suggestion } from '../../language/suggest.ts';
import { neededAt } from '../../plan/inputs.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';
import { isPerhapsLost } from '../lost-ids.ts';

export function checkNeededInputs(checked: Checked): void {
  const { inputs } = checked.runbook.data;
  const places = new Map(checked.steps.flatMap((walked) => placesAt(walked)));
  for (const [name, declaration] of Object.entries(isMapping(inputs) ? inputs : {})) {
    const pointer = `/inputs/${escapePointer(name)}/neededBy`;
    const named = neededAt(declaration);
    if (named.length === 0 || isBroken(checked, pointer)) continue;
    const where =
      isMapping(declaration) && isList(declaration['neededBy'])
        ? (index: number) => `${pointer}/${String(index)}`
        : () => pointer;
    const found = named.map((one, index) => placeOf(checked, places, one, where(index)));
    if (isMapping(declaration) && declaration['default'] !== undefined) hasDefault(checked, name, pointer);
    if (found.every((one) => one !== undefined)) readersElsewhere(checked, name, found);
  }
}

/** Names that `neededBy` may give: ids of steps, and `choice/option`. */
function placesAt({
  id,
  pointer,
  step,
  role,
}: Walked): readonly (readonly [string, { readonly pointer: string; readonly step: Mapping }])[] {
  if (id === undefined || role !== 'step') return [];
  const options = isMapping(step['options']) ? Object.entries(step['options']) : [];
  return [
    [id, { pointer, step }],
    ...options.map(
      ([name, option]) =>
        [
          `${id}/${name}`,
          { pointer: `${pointer}/options/${escapePointer(name)}`, step: isMapping(option) ? option : {} },
        ] as const,
    ),
  ];
}

function placeOf(
  checked: Checked,
  places: ReadonlyMap<string, { readonly pointer: string; readonly step: Mapping }>,
  name: string,
  pointer: string,
): string | undefined {
  const place = places.get(name);
  if (place === undefined) {
    if (isPerhapsLost(checked, name)) return undefined;
    const hint = suggestion(name, [...places.keys()]) ?? 'the id of a step or group, or an option of a choice: way/restore';
    checked.add('input/needed-by', checked.runbook.at(pointer), `there is no step "${name}"`, hint);
  } else if (place.step['offer'] !== undefined && place.step['steps'] === undefined) {
    checked.add(
      'input/needed-by',
      checked.runbook.at(pointer),
      `"${name}" is offered, and its input would be asked for before the offer`,
      'put the step into a group that has the offer, and name the group',
    );
    return undefined;
  }
  return place?.pointer;
}

function hasDefault(checked: Checked, name: string, pointer: string): void {
  checked.add(
    'input/needed-by',
    checked.runbook.at(pointer, 'key'),
    `the input "${name}" has a default, so it is never missing`,
    'remove `neededBy`, or the default',
  );
}

/** Once for each input: the first place that reads it and may find nothing. Messages read `(not known)` then. */
function readersElsewhere(checked: Checked, name: string, places: readonly (string | undefined)[]): void {
  const reads = new RegExp(`\\binputs\\s*(?:\\.\\s*${name}\\b|\\[\\s*["']${name}["']\\s*\\])`);
  const isInside = (pointer: string): boolean =>
    places.some((one) => one !== undefined && (pointer === one || pointer.startsWith(`${one}/`)));
  const visit = (json: Json, pointer: string): boolean => {
    if (isInside(pointer) || pointer === '/inputs' || /^\/comms\/\d+\/(message|title)$/.test(pointer)) return false;
    if (typeof json === 'string') {
      if (!reads.test(json) || isBroken(checked, pointer)) return false;
      elsewhere(checked, name, pointer, json.search(reads));
      return true;
    }
    if (json === null || typeof json !== 'object') return false;
    return Object.entries(json).some(([key, one]) => visit(one, `${pointer}/${escapePointer(key)}`));
  };
  visit(checked.runbook.data, '');
}

function elsewhere(checked: Checked, name: string, pointer: string, offset: number): void {
  checked.add(
    'input/needed-by',
    checked.runbook.atText(pointer, offset, `inputs.${name}`.length),
    `the input "${name}" may be missing here`,
    'name this step in its `neededBy` too, or remove `neededBy`',
  );
}
