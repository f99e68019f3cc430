import type { Lane, Node, Plan } from './plan.ts';
import type { Key } from './value.ts';

/** What decide and fold look up in a plan; derived once, so that no event costs a walk over all nodes. */
export interface PlanIndex {
  readonly byKey: ReadonlyMap<Key, number>;
  readonly children: ReadonlyMap<Key, readonly number[]>;
  /** Nodes whose `after` names this one. */
  readonly dependents: ReadonlyMap<number, readonly number[]>;
  readonly roots: ReadonlyMap<Lane, readonly number[]>;
  /** Undo step -> the node whose registered undo it is part of. */
  readonly undoOwners: ReadonlyMap<Key, number>;
}

const cache = new WeakMap<Plan, PlanIndex>();

/** A plan never changes, so its index is a pure function of it; the cache only saves time. */
export function indexOf(plan: Plan): PlanIndex {
  const known = cache.get(plan);
  if (known) return known;
  const made = build(plan);
  cache.set(plan, made);
  return made;
}

function build(plan: Plan): PlanIndex {
  const byKey = new Map(plan.nodes.map((node, index) => [node.key, index]));
  const children = new Map<Key, number[]>();
  const dependents = new Map<number, number[]>();
  const roots = new Map<Lane, number[]>();
  const undoOwners = new Map<Key, number>();
  plan.nodes.forEach((node, index) => {
    if (node.parent === undefined) push(roots, node.lane, index);
    else push(children, node.parent, index);
    for (const step of node.undoSteps ?? []) undoOwners.set(step, index);
    for (const before of siblingsBefore(plan, byKey, node)) push(dependents, before, index);
  });
  return { byKey, children, dependents, roots, undoOwners };
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Only siblings of the same list delay a node: sections are barriers anyway. */
export function siblingsBefore(plan: Plan, byKey: ReadonlyMap<Key, number>, node: Node): number[] {
  const result: number[] = [];
  for (const key of node.after) {
    const index = byKey.get(key);
    const other = index === undefined ? undefined : plan.nodes[index];
    if (index !== undefined && other !== undefined && other.parent === node.parent && other.lane === node.lane)
      result.push(index);
  }
  return result;
}

/** The node of an instance; plans are valid, so a missing one is a programming error of the caller. */
export function nodeAt(plan: Plan, index: number): Node {
  const node = plan.nodes[index];
  if (node === undefined) throw new RangeError(`no node ${String(index)} in the plan`);
  return node;
}
