/** Mistakes that an author might make in a runbook, one at a time: a check that is missing, a threshold too loose, a condition upside down. */
import type { Cel, Node, Plan } from '../core/model/plan.ts';
import { isTolerant } from '../core/fold/policy.ts';
import type { Json } from '../core/model/value.ts';
import type { Variation } from '../core/model/variation.ts';
import { loosened, tightened } from '../language/cel/loosen.ts';
import { planHash } from '../plan/hash.ts';

/** Lanes in which a failure ends the run, so that a check there guards something. */
const guarded: ReadonlySet<Node['lane']> = new Set(['precondition', 'containment', 'main', 'validation']);

/** Steps whose failure the author wants to see: every precondition and validation, and each step of the work that expects or awaits something. */
export const checksOf = (plan: Plan): readonly Node[] => plan.nodes.filter(isCheck);

function isCheck(node: Node): boolean {
  if (!guarded.has(node.lane) || isTolerant(node) || node.onFailure === 'continue') return false;
  if (node.kind !== 'effect' && node.kind !== 'check') return false;
  const { expect, observe, bind } = node.program;
  if (bind !== undefined) return false;
  return expect !== undefined || observe !== undefined || (node.effect === 'read' && isProof(node));
}

const isProof = ({ lane }: Node): boolean => lane === 'precondition' || lane === 'validation';

export const removed = (node: Node): Variation => ({ is: 'removed', node: node.key });

/** One for each number that a condition of the step compares with. */
export function loosenedOf(plan: Plan, node: Node): readonly Variation[] {
  const { expect = [], observe } = node.program;
  // A called runbook has inputs of its own, which are known only when it is called.
  const inputs: Readonly<Record<string, Json>> =
    node.call === undefined
      ? Object.fromEntries(Object.entries(plan.inputs).map(([name, { json }]) => [name, json ?? null]))
      : {};
  const made = (from: Cel, texts: readonly Cel[]): readonly Variation[] =>
    texts.map((to) => ({ is: 'loosened', node: node.key, from, to }));
  return [
    ...expect.flatMap((one) => made(one, loosened(one, inputs))),
    ...(observe === undefined ? [] : made(observe.until, loosened(observe.until, inputs))),
    ...(observe?.abortWhen === undefined ? [] : made(observe.abortWhen, tightened(observe.abortWhen, inputs))),
  ];
}

/** Steps with a condition; undo steps and messages have their moments instead. */
export const invertedOf = (plan: Plan): readonly Variation[] =>
  plan.nodes
    .filter(
      ({ program, lane }) => program.when !== undefined && (guarded.has(lane) || lane === 'diagnosis' || lane === 'finally'),
    )
    .map(({ key }) => ({ is: 'inverted', node: key }));

export const hasVariations = (plan: Plan, key: string): boolean =>
  [...checksOf(plan).map(removed), ...invertedOf(plan)].some(({ node }) => node === key);

export function withVariation(plan: Plan, variation: Variation): Plan {
  const nodes = plan.nodes.map((node) => (node.key === variation.node ? varied(node, variation) : node));
  const mutant = { ...plan, nodes, variation };
  return { ...mutant, hash: planHash(mutant) };
}

function varied(node: Node, variation: Variation): Node {
  const { program } = node;
  switch (variation.is) {
    case 'removed':
      return withoutCheck(node);
    case 'inverted':
      return { ...node, program: { ...program, when: `!(${program.when ?? 'true'})` } };
    case 'loosened': {
      const { from, to } = variation;
      const swap = (source: Cel): Cel => (source === from ? to : source);
      const { expect, observe } = program;
      return {
        ...node,
        program: {
          ...program,
          ...(expect === undefined ? {} : { expect: expect.map(swap) }),
          ...(observe === undefined
            ? {}
            : { observe: { ...observe, until: swap(observe.until), ...abortSwapped(observe, swap) } }),
        },
      };
    }
  }
}

const abortSwapped = (
  { abortWhen }: NonNullable<Node['program']['observe']>,
  swap: (source: Cel) => Cel,
): { readonly abortWhen?: Cel } => (abortWhen === undefined ? {} : { abortWhen: swap(abortWhen) });

/** It still reads, because other steps may use its value; nothing that it finds stops the run. A step that changes something still must succeed. */
function withoutCheck(node: Node): Node {
  const kept = Object.entries(node.program).filter(([name]) => name !== 'expect' && name !== 'observe');
  const program = Object.fromEntries(kept) as unknown as Node['program'];
  return { ...node, program, ...(node.effect === 'read' ? { finding: true as const } : {}) };
}
