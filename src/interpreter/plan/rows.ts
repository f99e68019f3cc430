/** `plan -o json`: one row a step, groups before their children. */
import type { Lane, Node, Plan } from '../core/model/plan.ts';
import type { Effect, Ms } from '../core/model/value.ts';

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
  readonly confirm?: true;
  readonly undo?: 'restore' | 'steps';
}

/** Names of sections as the document writes them. */
const sectionOf: Readonly<Record<Lane, string>> = {
  precondition: 'preconditions',
  evidence: 'evidence',
  containment: 'containment',
  diagnosis: 'diagnosis',
  main: 'steps',
  validation: 'validations',
  undo: 'undo',
  finally: 'finally',
  watch: 'watch',
  comms: 'comms',
  postmortem: 'postmortem',
};

export function planRows(plan: Plan): readonly PlanRow[] {
  const shown =
    plan.only === 'diagnosis'
      ? plan.nodes.filter((node) => ['precondition', 'evidence', 'diagnosis'].includes(node.lane))
      : plan.nodes;
  return shown.map((node) => row(node));
}

function row(node: Node): PlanRow {
  return {
    id: node.key,
    title: node.title,
    section: sectionOf[node.lane],
    type: node.type,
    ...(node.target === undefined ? {} : { target: node.target }),
    effect: node.effect,
    after: node.after,
    timeout: node.timeout,
    ...(node.parent === undefined ? {} : { parent: node.parent }),
    ...(node.program.when === undefined ? {} : { when: node.program.when }),
    ...(node.program.forEach === undefined ? {} : { forEach: node.program.forEach.over }),
    ...(node.has.confirm ? { confirm: true as const } : {}),
    ...(node.has.undo === 'none' ? {} : { undo: node.has.undo }),
  };
}
