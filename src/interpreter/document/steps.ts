/** Walks every step of a document, whatever holds it, with its JSON pointer. Used by all rules of check/. */
import type { Mapping } from '../core/model/json.ts';
import { isMapping } from '../core/model/json.ts';
import type { Json } from '../core/model/value.ts';
import type { Lane } from '../core/model/plan.ts';
import { escapePointer } from './nodes.ts';

/** A message at a moment needs no type: it is sent as steps of this type are, unless it names another. A keyword of the language. */
export const commsType = 'notify';

export type { Mapping } from '../core/model/json.ts';
export { isMapping } from '../core/model/json.ts';

export interface Walked {
  readonly pointer: string;
  readonly step: Mapping;
  readonly lane: Lane;
  /** What the mapping is: a step (or group), a watch entry, a comms entry, a doneWhen, a step of an undo list. */
  readonly role: 'step' | 'watch' | 'comms' | 'probe' | 'undo';
  readonly id?: string;
  /** Pointers of the groups around it, outermost first; of a choice both the choice and the option. */
  readonly groups: readonly string[];
}

/** Keys of the document that hold steps -> lane, in the order of work. The one list of them. */
export const sections: readonly (readonly [string, Lane])[] = [
  ['preconditions', 'precondition'],
  ['evidence', 'evidence'],
  ['containment', 'containment'],
  ['diagnosis', 'diagnosis'],
  ['steps', 'main'],
  ['validations', 'validation'],
  ['finally', 'finally'],
  ['watch', 'watch'],
  ['comms', 'comms'],
  ['postmortem', 'postmortem'],
];

export const isList = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);

const wholePath = /^\{\{\s*([A-Za-z_][\w.]*)\s*\}\}$/;

/** What a step is done for, as CEL: an expression, or a list written out, in which a template is its path. */
export function turnsExpression(forEach: Json | undefined): string | undefined {
  if (!isList(forEach)) return typeof forEach === 'string' ? forEach : undefined;
  const literal = (json: Json): string => {
    if (isList(json)) return `[${json.map(literal).join(', ')}]`;
    if (isMapping(json))
      return `{${Object.entries(json)
        .map(([key, one]) => `${JSON.stringify(key)}: ${literal(one)}`)
        .join(', ')}}`;
    return (typeof json === 'string' ? wholePath.exec(json)?.[1] : undefined) ?? JSON.stringify(json);
  };
  return literal(forEach);
}

/** In the order in which they appear in the document's sections. */
export function walkSteps(data: Mapping): readonly Walked[] {
  const found: Walked[] = [];
  for (const [key, lane] of sections) {
    const role = key === 'watch' ? 'watch' : key === 'comms' ? 'comms' : 'step';
    children(data[key], `/${key}`, lane, role, [], found);
  }
  return found;
}

function children(
  json: Json | undefined,
  pointer: string,
  lane: Lane,
  role: Walked['role'],
  groups: readonly string[],
  found: Walked[],
): void {
  if (!isList(json)) return;
  json.forEach((step, index) => {
    if (isMapping(step)) one(step, `${pointer}/${String(index)}`, lane, role, groups, found);
  });
}

function one(step: Mapping, pointer: string, lane: Lane, role: Walked['role'], groups: readonly string[], found: Walked[]): void {
  found.push({ pointer, step, lane, role, groups, ...(typeof step['id'] === 'string' ? { id: step['id'] } : {}) });
  const inner = [...groups, pointer];
  children(step['steps'], `${pointer}/steps`, lane, 'step', inner, found);
  children(step['then'], `${pointer}/then`, lane, 'step', inner, found);
  if (isList(step['levels']))
    step['levels'].forEach((level, index) => {
      if (isMapping(level)) children(level['then'], `${pointer}/levels/${String(index)}/then`, lane, 'step', inner, found);
    });
  if (isMapping(step['doneWhen'])) one(step['doneWhen'], `${pointer}/doneWhen`, lane, 'probe', groups, found);
  if (isMapping(step['undo'])) one(step['undo'], `${pointer}/undo`, lane, 'undo', groups, found);
  children(step['undo'], `${pointer}/undo`, lane, 'undo', groups, found);
  if (isMapping(step['options'])) {
    for (const [name, option] of Object.entries(step['options'])) {
      const way = `${pointer}/options/${escapePointer(name)}`;
      if (isMapping(option)) children(option['steps'], `${way}/steps`, lane, 'step', [...inner, way], found);
    }
  }
}
