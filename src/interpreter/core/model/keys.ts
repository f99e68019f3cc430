import type { Node } from './plan.ts';
import type { Instance } from './state.ts';
import type { Key } from './value.ts';

/** What an instance key has beyond its node's key: the turns (`[0][2]`) and `~after`. Children inherit it. */
export function suffixOf(node: Node, key: Key): string {
  return key.slice(node.key.length);
}

export function itemKey(parent: Key, index: number): Key {
  return `${parent}[${String(index)}]`;
}

/** `x[3]` -> the key of its forEach instance and the position; undefined when it does not end in a turn. */
export function splitItem(key: Key): { readonly parent: Key; readonly index: number } | undefined {
  if (!key.endsWith(']')) return undefined;
  const open = key.lastIndexOf('[');
  if (open < 0) return undefined;
  const index = Number(key.slice(open + 1, -1));
  return Number.isInteger(index) ? { parent: key.slice(0, open), index } : undefined;
}

/** A call's own nodes: no id of a step has a colon, and ids inside the called runbook follow a dot. */
export const inputsKey = (call: Key): Key => `${call}:inputs`;
export const outputsKey = (call: Key): Key => `${call}:outputs`;

/** True for an item of a forEach (not for its parent). */
export function isItem(instance: Instance, parent: Instance | undefined): boolean {
  return parent !== undefined && parent.node === instance.node;
}

/** Plain records without a prototype: a step may be called `constructor`. */
export function record<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
