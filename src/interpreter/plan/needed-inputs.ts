/** Inputs that only one way needs (`neededBy`): whoever starts the run may leave them out, and they are asked for when that way is taken. */
import type { Node } from '../core/model/plan.ts';
import type { Json, Key } from '../core/model/value.ts';
import type { StepPlace, PlanContext } from './context.ts';
import type { Mapping } from './json.ts';
import { neededAt } from './inputs.ts';
import { celOf, mappingOf, without } from './json.ts';
import { stepNode } from './node.ts';
import { isParallelGroup } from './policies.ts';

/** An option is written `way/restore`; its key in the plan is `way:restore`. */
const keyOfPlace = (name: string): Key => name.replace('/', ':');

/** A group asks among its own steps, behind its own conditions and questions; everything else is asked about just before. */
export const asksInside = (step: Mapping): boolean =>
  step['steps'] !== undefined && step['type'] === undefined && step['forEach'] === undefined && !isParallelGroup(step);

/** Adds the questions that belong to this place; what comes next waits for them. `when`: of the step itself. */
export function addNeeded(context: PlanContext, owner: Key, place: StepPlace, when?: Json): StepPlace {
  let next = place;
  for (const [name, declaration] of Object.entries(mappingOf(context.runbook.data['inputs']))) {
    const isHere = neededAt(declaration).some((one) => keyOfPlace(one) === owner);
    if (!isHere || context.given.has(name)) continue;
    const node = questionFor(context, name, mappingOf(declaration), owner, next, celOf(when));
    if (node === undefined) continue;
    context.nodes.push(node);
    next = { ...next, after: [node.key] };
  }
  return next;
}

function questionFor(
  context: PlanContext,
  name: string,
  declaration: Mapping,
  owner: Key,
  place: StepPlace,
  when: string | undefined,
): Node | undefined {
  const missing = `!has(inputs.${name})`;
  const step: Mapping = {
    type: 'ask',
    title: `Input ${name}, needed by ${owner.replace(':', '/')}`,
    fields: { [name]: without(declaration, ['neededBy', 'default']) },
    when: when === undefined ? missing : `(${when}) && ${missing}`,
  };
  const node = stepNode(context, step, `${owner}~${name}`, place);
  return node === undefined ? undefined : { ...node, fills: name };
}
