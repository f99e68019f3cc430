/** Parameters as far as the plan knows them: inputs and links are filled in, what only the run knows stays `{{steps.head.value}}`. */
import type { Node, Part, Plan, Tree } from '../core/model/plan.ts';
import type { Json } from '../core/model/value.ts';

type Known = Pick<Plan, 'inputs' | 'runbook'>;

/** Inside a runbook that is called, `inputs` and `links` are its own, and they are known only when it is its turn. */
export const knownOf = (tree: Tree, node: Node, plan: Known): Json =>
  knownParams(tree, node.call === undefined ? plan : undefined);

function knownParams(tree: Tree, plan: Known | undefined): Json {
  if (tree === null || typeof tree !== 'object') return tree;
  if (Array.isArray(tree)) return (tree as readonly Tree[]).map((one) => knownParams(one, plan));
  const entries = Object.entries(tree as Readonly<Record<string, Tree>>);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === '$m') return only[1];
  if (entries.length === 1 && only?.[0] === '$t') return leaf(only[1] as unknown as readonly Part[], plan);
  return Object.fromEntries(entries.map(([key, one]) => [key, knownParams(one, plan)]));
}

/** A leaf of exactly one path keeps the type of its value, as it does in the run. */
function leaf(parts: readonly Part[], plan: Known | undefined): Json {
  const pieces = parts.map((part) => (typeof part === 'string' ? part : valueAt(part.path, plan)));
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) return first;
  return pieces.map((piece) => (typeof piece === 'string' ? piece : JSON.stringify(piece))).join('');
}

function valueAt(path: readonly string[], plan: Known | undefined): Json {
  const [root, name = '', ...rest] = path;
  const roots: Readonly<Record<string, Json | undefined>> = {
    inputs: plan?.inputs[name]?.secret === undefined ? plan?.inputs[name]?.json : undefined,
    links: plan?.runbook.links[name],
  };
  let value: Json | undefined = root === undefined ? undefined : roots[root];
  for (const key of rest)
    value = value !== null && typeof value === 'object' ? (value as Readonly<Record<string, Json>>)[key] : undefined;
  return value === undefined || value === null ? `{{${path.join('.')}}}` : value;
}
