/** Small plans for tests of the core. */
import type { Lane, Node, Plan } from '../../src/interpreter/core/model/plan.ts';

export type NodeOptions = Partial<Omit<Node, 'has' | 'program'>> & {
  readonly has?: Partial<Node['has']>;
  readonly program?: Partial<Node['program']>;
};

export function node(key: string, lane: Lane, options: NodeOptions = {}): Node {
  const { has, program, ...rest } = options;
  return {
    key,
    lane,
    kind: 'effect',
    title: key,
    after: [],
    type: 'shell',
    effect: lane === 'containment' || lane === 'main' || lane === 'undo' || lane === 'finally' ? 'write' : 'read',
    repeatable: false,
    attempts: 1,
    backoff: { first: 100, factor: 2, cap: 1000, jitter: 0.5 },
    retryOn: ['connection', 'timeout'],
    timeout: 1000,
    onFailure: 'abort',
    critical: true,
    keep: 'ref',
    has: { when: false, doneWhen: false, confirm: false, offer: false, approve: false, undo: 'none', ...has },
    program: { params: null, onNoData: 'fail', ...program },
    ...rest,
  };
}

/** A list in one lane: each waits for the one before. */
export function list(lane: Lane, entries: readonly (readonly [string, NodeOptions?])[], parent?: string): Node[] {
  let before: string[] = [];
  return entries.map(([key, options]) => {
    const made = node(key, lane, { after: before, ...(parent === undefined ? {} : { parent }), ...options });
    before = [key];
    return made;
  });
}

export function planOf(nodes: readonly Node[], options: Partial<Plan> = {}): Plan {
  return {
    protocol: 1,
    hash: 'plan',
    runbook: { id: 'test', title: 'Test', sha: 'sha', owners: [], links: {} },
    inputs: {},
    inputTypes: {},
    targets: {},
    environment: { name: 'test', rehearsal: true, timeScale: 1, facts: {} },
    lock: 'test',
    nodes,
    onAbort: 'keep',
    closingBudget: 5000,
    ...options,
  };
}
