/** How far a run is: step n of m, and what comes next. Pure. */
import type { Lane, Node, Plan } from '../../interpreter/core/model/plan.ts';
import type { Instance, State } from '../../interpreter/core/model/state.ts';

export interface Progress {
  readonly at: number;
  readonly of: number;
  /** The next step that has not begun; undefined: none, or the run is stopping. */
  readonly next: Node | undefined;
}

const lanes: readonly Lane[] = ['precondition', 'evidence', 'containment', 'diagnosis', 'main', 'validation', 'finally'];
const stepsOfPlans = new WeakMap<Plan, readonly Node[]>();

/** Steps as a person counts them, in the order of the sections: a list of items is one step, a group is what is in it. */
function stepsOf(plan: Plan): readonly Node[] {
  const known = stepsOfPlans.get(plan);
  if (known !== undefined) return known;
  const byKey = new Map(plan.nodes.map((node) => [node.key, node]));
  const isInList = (node: Node): boolean => {
    const parent = node.parent === undefined ? undefined : byKey.get(node.parent);
    return parent !== undefined && (parent.forEach !== undefined || isInList(parent));
  };
  const counted = plan.nodes.filter((node) => (node.kind !== 'group' || node.forEach !== undefined) && !isInList(node));
  const steps = lanes.flatMap((lane) => counted.filter((node) => node.lane === lane));
  stepsOfPlans.set(plan, steps);
  return steps;
}

const over: ReadonlySet<string> = new Set<Instance['status']>(['ok', 'unchanged', 'skipped', 'failed', 'unknown', 'cancelled']);

export function progressOf(plan: Plan, state: Readonly<State>): Progress {
  const steps = stepsOf(plan);
  const ended = steps.filter((node) => over.has(state.instances[node.key]?.status ?? '')).length;
  const isBeyond = state.outcome !== undefined || state.stop !== undefined;
  return {
    at: Math.min(steps.length, isBeyond ? ended : ended + 1),
    of: steps.length,
    next: isBeyond ? undefined : steps.find((node) => isToCome(state, node)),
  };
}

/** What waits for its turn; in step mode also what has been prepared and waits for "continue". */
function isToCome(state: Readonly<State>, node: Node): boolean {
  const status = state.instances[node.key]?.status;
  return status === undefined || status === 'waiting';
}

/** `"Pause broadcasts" (WRITE on flags)`: what a step that has not begun will do. */
export function nextText(node: Node): string {
  const effect = node.effect === 'read' ? 'read' : node.effect.toUpperCase();
  return `"${node.title}" (${effect}${node.target === undefined ? '' : ` on ${node.target}`})`;
}
