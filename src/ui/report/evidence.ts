/** Evidence before the first change and at the end, as data: step -> what was read (a list for a forEach), or why it could not be. */
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { Instance, State } from '../../interpreter/core/model/state.ts';
import type { Json } from '../../interpreter/core/model/value.ts';

export function evidenceJson(plan: Plan, state: State): string {
  const nodes = plan.nodes.filter((node) => node.lane === 'evidence' && node.parent === undefined);
  const entries = nodes.map(
    (node) => [node.key, { before: read(state, node.key), after: read(state, `${node.key}~after`) }] as const,
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
