/**
 * The plan of a run that an agent or an alert requests: an approval stands before everything else. It is the first precondition, so messages, guards and changes wait
 * behind it, and it is asked, bound to what was shown, answered and recorded as every other approval is.
 */
import type { Node, Plan } from '../interpreter/core/model/plan.ts';
import type { Key, Ms, Sha } from '../interpreter/core/model/value.ts';
import { planHash } from '../interpreter/plan/hash.ts';
import { effectLines } from '../ui/model/effects.ts';

/** A request that nobody has agreed to by then has ended: the lock is free again. People's time, so no rehearsal shortens it. */
const agreeWithinMs: Ms = 15 * 60_000;

export interface Requested {
  /** `the agent triage asks for ana`, `an alert asks` */
  readonly asks: string;
  /** With who gave it: `Reason given by the agent: ...` */
  readonly reason: string;
}

/** Id of the step that asks. No id of an author has a tilde. */
export const agreementKey = (plan: Plan): Key => (plan.nodes.some(({ key }) => key === 'start') ? 'start~agreed' : 'start');

export function withAgreement(plan: Plan, requested: Requested): Plan {
  const key = agreementKey(plan);
  const first = (node: Node): boolean => node.lane === 'precondition' && node.parent === undefined && node.after.length === 0;
  const nodes = plan.nodes.map((node) => (first(node) ? { ...node, after: [key] } : node));
  const whole = { ...plan, nodes: [agreement(key, plan, requested), ...nodes] };
  return { ...whole, hash: planHash(whole) };
}

function agreement(key: Key, plan: Plan, requested: Requested): Node {
  return {
    key,
    kind: 'check',
    lane: 'precondition',
    title: `Start ${plan.runbook.id} in ${plan.environment.name}, as ${requested.asks}`,
    after: [],
    type: 'check',
    effect: 'read',
    repeatable: true,
    attempts: 1,
    backoff: { first: 0, factor: 1, cap: 0, jitter: 0 },
    retryOn: [],
    timeout: 0,
    has: { when: false, doneWhen: false, confirm: false, offer: false, approve: true, undo: 'none' },
    onFailure: 'abort',
    critical: true,
    keep: 'ref',
    program: {
      params: {},
      onNoData: 'fail',
      expect: ['true'],
      note: noteOf(plan, plan.hash, requested),
      approve: { from: [], min: 1, timeout: agreeWithinMs, reason: false, each: false },
    },
  };
}

const noteOf = (plan: Plan, hash: Sha, { reason }: Requested): string =>
  [
    reason,
    `Plan: ${hash}`,
    ...Object.entries(plan.inputs).map(([name, { json }]) => `Input ${name} = ${JSON.stringify(json ?? null)}`),
    ...effectLines(plan),
  ].join('\n');
