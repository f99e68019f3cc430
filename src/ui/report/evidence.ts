/**
 * Evidence before the first change and at the end, as data: step -> what was read (a list for a forEach), or why it could not be.
 * Steps that say `evidence: true` are read once, in their turn.
 */
import type { Node, Plan } from '../../interpreter/core/model/plan.ts';
import type { Instance, State } from '../../interpreter/core/model/state.ts';
import type { Json } from '../../interpreter/core/model/value.ts';

export function evidenceJson(plan: Plan, state: State): string {
  const entries = evidenceKeys(plan, state).map(
    ({ key, again }) => [key, { before: read(state, key), ...(again ? { after: read(state, `${key}~after`) } : {}) }] as const,
  );
  return JSON.stringify({ run: state.run, runbook: plan.runbook.id, evidence: Object.fromEntries(entries) }, null, 2);
}

function read(state: State, key: string): Json {
  const instance = state.instances[key];
  if (instance === undefined) return null;
  if (instance.list === undefined) return one(instance);
  return instance.list.map((item, index) => {
    const turn = state.instances[`${key}[${String(index)}]`];
    return { item: item.json ?? null, ...(turn === undefined ? {} : { read: one(turn) }) };
  });
}

/** A value that is a file of the run is named by its hash. */
function one(instance: Instance): Json {
  if (instance.fault !== undefined) return { error: instance.fault.message, code: instance.fault.code };
  const { value } = instance;
  return value?.ref === undefined ? (value?.json ?? null) : { sha: value.ref.sha, bytes: value.ref.bytes };
}

export interface EvidenceKey {
  readonly key: string;
  /** Read again at the end: what is in the section `evidence`. */
  readonly again: boolean;
}

/** Instances whose whole result belongs in the report, the section first, each step in every turn of the groups around it. */
export function evidenceKeys(plan: Plan, state: State): readonly EvidenceKey[] {
  const inSection = ({ lane, parent }: Node): boolean => lane === 'evidence' && parent === undefined;
  const isMarked = ({ lane, kind, program }: Node): boolean =>
    lane !== 'evidence' && kind !== 'group' && program.evidence === true;
  const marked = Object.values(state.instances).filter((one) => {
    const node = plan.nodes[one.node];
    const isItem = one.parent !== undefined && state.instances[one.parent]?.node === one.node;
    return node !== undefined && isMarked(node) && !isItem;
  });
  return [
    ...plan.nodes.filter(inSection).map(({ key }) => ({ key, again: true })),
    ...marked.map(({ key }) => ({ key, again: false })),
  ];
}
