/**
 * Who answers for the text of a template. The configuration and the author's own lists are as good as the runbook itself; everything else
 * (inputs, results, items, answers) may be any text that somebody else chose.
 */
import type { Json } from '../../core/model/value.ts';

/** `listed`: the author wrote every value that it can have. `shaped`: a pattern of the author describes it from its first character. */
export type Trust = 'listed' | 'shaped' | 'free';

/** What is known of the names that a template may begin with. */
export interface Trusts {
  readonly inputs: Readonly<Record<string, Trust>>;
  /** Of an input that is not there; lint has told that already. */
  readonly undeclared?: Trust;
  /** By the name of an item (`item`, or the name after `as`): the expression of its forEach. */
  readonly items: Readonly<Record<string, string>>;
}

const ofTheConfiguration = new Set(['env', 'links', 'targets', 'secrets', 'run']);

export function trustOf(path: readonly string[], trusts: Trusts): Trust {
  const [root = '', name = ''] = path;
  if (root === 'inputs') return (Object.hasOwn(trusts.inputs, name) ? trusts.inputs[name] : trusts.undeclared) ?? 'free';
  if (Object.hasOwn(trusts.items, root)) return trustOfList(trusts.items[root] ?? '', trusts);
  return ofTheConfiguration.has(root) ? 'listed' : 'free';
}

/** A list is as good as the input that it is, or a list of texts and numbers in the runbook. */
function trustOfList(over: string, trusts: Trusts): Trust {
  const input = /^\s*inputs\.(\w+)\s*$/.exec(over)?.[1];
  if (input !== undefined) return trustOf(['inputs', input], trusts);
  if (isData(over)) return 'listed';
  return /^\s*\[(?:\s*(?:"[^"\\]*"|'[^'\\]*'|-?[\d.]+)\s*,?)*\s*\]\s*$/.test(over) ? 'listed' : 'free';
}

/** A list that the author wrote out. */
function isData(over: string): boolean {
  try {
    return Array.isArray(JSON.parse(over));
  } catch {
    return false;
  }
}

const notText = new Set(['number', 'integer', 'boolean', 'duration', 'timestamp']);

const isNotText = (type: Json | undefined): boolean => typeof type === 'string' && notText.has(type);

/** Trust in an input, by its declaration, which may be anything: lint reads documents that the schema refuses. */
export function trustOfInput(declaration: Readonly<Record<string, Json>>): Trust {
  const { type, of, enum: allowed, pattern } = declaration;
  if (Array.isArray(allowed) || isNotText(type) || (type === 'list' && isNotText(of))) return 'listed';
  return typeof pattern === 'string' && pattern.startsWith('^') ? 'shaped' : 'free';
}
