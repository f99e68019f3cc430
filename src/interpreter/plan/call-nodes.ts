/** The nodes of a called runbook, as they appear in the plan of its caller: under other keys, with other targets, as children of the call. */
import { inputsKey } from '../core/model/keys.ts';
import type { Call, FailurePolicy, Lane, Moment, Node, Program, Tree } from '../core/model/plan.ts';
import { baseTarget } from '../core/model/target.ts';
import type { Key } from '../core/model/value.ts';

export interface Calling {
  readonly key: Key;
  readonly lane: Lane;
  readonly targets: Call['targets'];
  /** Its messages are sent. */
  readonly messages: boolean;
  readonly policy: FailurePolicy | undefined;
}

export interface NodesOfCall {
  /** Children of the call, and the undo steps of those. */
  readonly nodes: readonly Node[];
  /** What the called runbook has beside its work. */
  readonly beside: readonly Node[];
  /** The child that ends last. */
  readonly last: Key;
  /** A call inside the called runbook, as the caller names its targets. */
  outward(call: Call): Call;
}

const work: readonly Lane[] = ['precondition', 'evidence', 'containment', 'diagnosis', 'main', 'validation'];

export function nodesOfCall(all: readonly Node[], calling: Calling): NodesOfCall {
  const { key, lane } = calling;
  const nodes: Node[] = [];
  const beside: Node[] = [];
  // Where everything is done to the end anyway, `finally` is one more section of the call.
  const sections = lane === 'finally' ? [...work, 'finally'] : work;
  let last = inputsKey(key);
  let first: Key | undefined;
  let section: Lane | undefined;
  let before = last;
  for (const node of all) {
    const outside = outward(node, calling);
    if (node.lane === 'undo') nodes.push(outside);
    else if (sections.includes(node.lane)) {
      if (node.lane !== section) before = last;
      section = node.lane;
      const isRoot = node.parent === undefined;
      if (isRoot) last = outside.key;
      if (isRoot) first ??= outside.key;
      const place = isRoot ? { parent: key, after: node.after.length === 0 ? [before] : outside.after } : {};
      nodes.push({ ...asWork(outside, node, calling), ...place, lane });
    } else beside.push(...besideWork(outside, node, calling));
  }
  const entered = first ?? last;
  return {
    nodes,
    beside: withFinally(
      beside.map((node) => guarded(node, key, entered)),
      calling,
    ),
    last,
    outward: (call) => ({ ...call, targets: mapped(call.targets, (of) => renamed(of, calling.targets)) }),
  };
}

const mapped = (names: Readonly<Record<string, string>>, by: (of: string) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).map(([name, of]) => [name, by(of)]));

/** What only told something in its own section tells it in the middle of other work too. */
function asWork(outside: Node, { lane, onFailure }: Node, { policy }: Calling): Node {
  const node = omit(outside, ['together']);
  const told = lane === 'evidence' || lane === 'diagnosis' ? { finding: true as const } : {};
  const refused = lane === 'precondition' && onFailure === 'abort' && policy !== undefined ? { onFailure: policy } : {};
  return { ...node, ...told, ...refused };
}

function besideWork(outside: Node, node: Node, { key, messages }: Calling): readonly Node[] {
  if (node.lane === 'finally' || node.lane === 'watch') return [outside];
  if (node.lane !== 'comms' || !messages) return [];
  const at = (outside.at ?? []).flatMap((moment) => momentOf(moment, key));
  return at.length === 0 ? [] : [{ ...omit(outside, ['every']), at }];
}

/** Moments of the called run are moments of the call. */
function momentOf(moment: Moment, key: Key): readonly Moment[] {
  switch (moment) {
    case 'started':
      return [`ok:${inputsKey(key)}`];
    case 'finished':
      return [`step:${key}`];
    case 'succeeded':
      return [`ok:${key}`];
    case 'failed':
      return [`failed:${key}`];
    case 'waiting':
      return [];
    default:
      return [moment];
  }
}

/** A guard of the called runbook is in force while that runbook is. */
function guarded(node: Node, key: Key, entered: Key): Node {
  return node.lane === 'watch' && node.parent === undefined ? { ...node, from: node.from ?? entered, to: node.to ?? key } : node;
}

/** What is always done at the end of the called runbook is done if it was begun. */
function withFinally(beside: readonly Node[], { key }: Calling): readonly Node[] {
  const roots = beside.filter((node) => node.lane === 'finally' && node.parent === undefined);
  const [pattern] = roots;
  if (pattern === undefined) return beside;
  const group: Key = `${key}:finally`;
  const head = omit(pattern, ['call', 'target', 'undoSteps', 'forEach']);
  return [
    {
      ...head,
      key: group,
      kind: 'group',
      type: 'group',
      title: `Finally of ${key}`,
      after: [],
      effect: 'read',
      repeatable: true,
      attempts: 1,
      timeout: 0,
      has: { when: true, doneWhen: false, confirm: false, offer: false, approve: false, undo: 'none' },
      keep: 'ref',
      program: { params: {}, onNoData: 'fail', when: `steps["${inputsKey(key)}"].ok` },
    },
    ...beside.map((node) => (roots.includes(node) ? { ...node, parent: group } : node)),
  ];
}

/** Under the keys and targets of the caller; what belonged to no call belongs to this one. */
function outward(node: Node, { key, targets }: Calling): Node {
  const named = (name: Key): Key => `${key}.${name}`;
  const at = node.at?.map((moment) => movedMoment(moment, named));
  return {
    ...node,
    key: named(node.key),
    after: node.after.map(named),
    call: node.call === undefined ? key : named(node.call),
    program: programOf(node.program, targets),
    ...(node.parent === undefined ? {} : { parent: named(node.parent) }),
    ...(node.of === undefined ? {} : { of: node.of.map(named) }),
    ...(node.from === undefined ? {} : { from: named(node.from) }),
    ...(node.to === undefined ? {} : { to: named(node.to) }),
    ...(node.undoSteps === undefined ? {} : { undoSteps: node.undoSteps.map(named) }),
    ...(node.outputs === undefined ? {} : { outputs: named(node.outputs) }),
    ...(at === undefined ? {} : { at }),
    ...(node.target === undefined ? {} : { target: renamed(node.target, targets) }),
  };
}

function movedMoment(moment: Moment, named: (name: Key) => Key): Moment {
  const colon = moment.indexOf(':');
  return colon < 0 ? moment : (`${moment.slice(0, colon)}:${named(moment.slice(colon + 1))}` as Moment);
}

function programOf(program: Program, targets: Call['targets']): Program {
  const { target, doneWhen } = program;
  return {
    ...program,
    ...(target === undefined ? {} : { target: renamedTree(target, targets) }),
    ...(doneWhen?.target === undefined ? {} : { doneWhen: { ...doneWhen, target: renamedTree(doneWhen.target, targets) } }),
  };
}

/** `db`, `db/member`, `db/{{item}}` or `db@host:{{inputs.host}}`. */
function renamed(target: string, targets: Call['targets']): string {
  const base = baseTarget(target);
  const of = Object.hasOwn(targets, base) ? targets[base] : undefined;
  return of === undefined ? target : `${of}${target.slice(base.length)}`;
}

function renamedTree(tree: Tree, targets: Call['targets']): Tree {
  if (typeof tree === 'string') return renamed(tree, targets);
  const parts = tree !== null && typeof tree === 'object' && '$t' in tree ? (tree.$t as readonly (string | object)[]) : undefined;
  const [first, ...others] = parts ?? [];
  if (typeof first !== 'string' || !/[/@]/.test(first)) return tree;
  return { $t: [renamed(first, targets), ...others] } as Tree;
}

const omit = <T extends object, K extends keyof T>(from: T, keys: readonly K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
