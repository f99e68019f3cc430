/** `plan -o json`: one row a step, groups before their children. */
import type { FailurePolicy, Lane, Node, Plan } from '../core/model/plan.ts';
import { readingLanes } from '../core/model/plan.ts';
import type { Effect, Json, Ms } from '../core/model/value.ts';
import { sections } from '../document/steps.ts';
import { knownOf } from './known.ts';

export interface PlanRow {
  readonly id: string;
  readonly title: string;
  readonly section: string;
  readonly type: string;
  readonly target?: string;
  readonly effect: Effect;
  readonly after: readonly string[];
  readonly timeout: Ms;
  readonly parent?: string;
  readonly when?: string;
  readonly forEach?: string;
  /** Of a call: what is locked when it is reached. */
  readonly locks?: readonly Json[];
  readonly confirm?: true;
  /** What must be typed to agree, when that is not a mere yes. */
  readonly typed?: Json;
  readonly approve?: { readonly from: readonly string[]; readonly min: number };
  readonly expect?: readonly string[];
  readonly until?: string;
  /** More than one attempt: how many. */
  readonly attempts?: number;
  readonly onFailure: FailurePolicy;
  /** none: what it changes stays changed. Absent where there is nothing to take back. */
  readonly undo?: 'restore' | 'steps' | 'none';
  readonly undoSteps?: readonly string[];
}

/** Names of sections as the document writes them. */
const sectionOf = (lane: Lane): string => sections.find(([, one]) => one === lane)?.[0] ?? lane;

export function planRows(plan: Plan): readonly PlanRow[] {
  const shown = plan.only === 'diagnosis' ? plan.nodes.filter((node) => readingLanes.includes(node.lane)) : plan.nodes;
  return shown.map((node) => row(node, plan));
}

const targetOf = (node: Node, plan: Plan): string =>
  node.program.target === undefined ? (node.target ?? '') : String(knownOf(node.program.target, node, plan));

function row(node: Node, plan: Plan): PlanRow {
  return {
    id: node.key,
    title: node.title,
    section: sectionOf(node.lane),
    type: node.type,
    ...(node.target === undefined ? {} : { target: targetOf(node, plan) }),
    effect: node.effect,
    after: node.after,
    timeout: node.timeout,
    ...(node.parent === undefined ? {} : { parent: node.parent }),
    ...(node.program.when === undefined ? {} : { when: node.program.when }),
    ...(node.program.forEach === undefined ? {} : { forEach: node.program.forEach.over }),
    ...(node.program.bind?.locks === undefined
      ? {}
      : { locks: node.program.bind.locks.map((one) => knownOf(one, { ...node, call: node.parent ?? '' }, plan)) }),
    ...(node.has.confirm ? { confirm: true as const } : {}),
    ...(node.program.confirm?.typed === undefined ? {} : { typed: knownOf(node.program.confirm.typed, node, plan) }),
    ...(node.program.approve === undefined
      ? {}
      : { approve: { from: node.program.approve.from, min: node.program.approve.min } }),
    ...(node.program.expect === undefined || node.program.expect.length === 0 ? {} : { expect: node.program.expect }),
    ...(node.program.observe === undefined ? {} : { until: node.program.observe.until }),
    ...(node.attempts > 1 ? { attempts: node.attempts } : {}),
    onFailure: node.onFailure,
    ...(node.undoSteps === undefined ? {} : { undoSteps: node.undoSteps }),
    ...(node.has.undo === 'none' && (node.effect === 'read' || node.kind !== 'effect') ? {} : { undo: node.has.undo }),
  };
}
