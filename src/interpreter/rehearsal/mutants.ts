/** Sabotage of a runbook: which of its steps can be lost, and the plan in which one of them only pretends. */
import type { Stamped } from '../core/model/event.ts';
import { isReceiver } from '../config/place.ts';
import type { Node, Plan, StandIns } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import { baseTarget } from '../core/model/target.ts';
import type { Key, Value } from '../core/model/value.ts';
import { planHash } from '../plan/hash.ts';

export type Loss = Pick<StandIns, 'node' | 'role'>;

/** Lanes whose changes the runbook is for; messages, guards and evidence change nothing of it. */
const lanes: ReadonlySet<Node['lane']> = new Set(['containment', 'main', 'undo', 'finally']);

type Finished = Extract<Stamped, { type: 'attempt.finished' }>;

/** Calls (keys of `Plan.calls`) whose runbook has a rehearsal of its own, where each of its steps is tried. */
export type RehearsedCalls = ReadonlySet<Key>;

/** The outermost such call in which the step stands; undefined: the step is tried here. */
export function rehearsedCallOf(node: Node, calls: RehearsedCalls): Key | undefined {
  const names = node.call?.split('.') ?? [];
  return names.map((_, index) => names.slice(0, index + 1).join('.')).find((key) => calls.has(key));
}

/** What changed something in a run that succeeded, in the order in which it did, and what was taken back. A rehearsed call is lost as a whole. */
export function lossesOf(
  plan: Plan,
  state: State,
  records: readonly Stamped[],
  calls: RehearsedCalls = new Set(),
): readonly Loss[] {
  const found = new Map<string, Loss>();
  for (const one of records) {
    if (one.type !== 'attempt.finished' || !isOk(one) || one.outcome.changed === false) continue;
    const node = nodeOf(plan, state, one.key);
    if (node === undefined || !canBeLost(plan, node)) continue;
    const lost = rehearsedCallOf(node, calls) ?? node.key;
    found.set(`${lost} ${one.role}`, { node: lost, role: one.role });
  }
  return [...found.values()];
}

function canBeLost(plan: Plan, node: Node): boolean {
  const type = node.target === undefined ? undefined : plan.targets[baseTarget(node.target)]?.type;
  return node.kind === 'effect' && node.effect !== 'read' && lanes.has(node.lane) && (type === undefined || !isReceiver(type));
}

const stepsOf = (plan: Plan, lost: Key): readonly Node[] =>
  plan.nodes.filter(
    (node) => node.key === lost || ((node.call === lost || node.call?.startsWith(`${lost}.`) === true) && canBeLost(plan, node)),
  );

/** The plan in which the step, or the called runbook, answers what it answered in that run, and does nothing. `whole`: a recorded value, also where it is a file. */
export function withLoss(
  plan: Plan,
  loss: Loss,
  run: { readonly plan: Plan; readonly state: State; readonly records: readonly Stamped[] },
  whole: (value: Value) => Value,
): Plan {
  const nodes = stepsOf(plan, loss.node).map(({ key }) => key);
  const answers: Record<Key, { value: Value; result: Value }> = {};
  for (const one of run.records)
    if (
      one.type === 'attempt.finished' &&
      isOk(one) &&
      one.role === loss.role &&
      nodes.includes(nodeOf(run.plan, run.state, one.key)?.key ?? '')
    )
      answers[one.key] = { value: whole(one.outcome.value), result: whole(one.outcome.result) };
  const mutant = { ...plan, standIns: { ...loss, nodes, answers } };
  return { ...mutant, hash: planHash(mutant) };
}

const isOk = (one: Finished): one is Finished & { readonly outcome: Extract<Finished['outcome'], { is: 'ok' }> } =>
  one.outcome.is === 'ok';

function nodeOf(plan: Plan, state: State, key: Key): Node | undefined {
  const index = state.instances[key]?.node;
  return index === undefined ? undefined : plan.nodes[index];
}
