/** From YAML nodes to plain data and back to places: every JSON pointer knows the range of its key and of its value. */
import { escapePointer } from '../core/model/json.ts';
import type { Document, Node, Pair, Scalar } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Json } from '../core/model/value.ts';
import { mostFindings } from './diagnostic.ts';
import { escapedControl, limits } from './limits.ts';

export { escapePointer } from '../core/model/json.ts';

export interface Ranges {
  /** Offsets in the text. */
  readonly value: readonly [number, number];
  readonly key?: readonly [number, number];
  /** Where the characters of a plain or quoted scalar begin, for positions inside it; absent in block scalars with folding. */
  readonly text?: number;
  readonly block?: boolean;
}

export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly range: readonly [number, number];
  /** What stands at `range` afterwards, where there is one right answer. */
  readonly mended?: string;
  /** Of the value that is not what the author wrote; nothing more is reported about it. */
  readonly pointer?: string;
}

export interface Converted {
  readonly data: Json;
  readonly ranges: ReadonlyMap<string, Ranges>;
  readonly troubles: readonly Trouble[];
  /** Pointer -> what was written, of bare numbers whose text the number does not give back: 1.10, 0755, 1e3. */
  readonly rewritten: ReadonlyMap<string, string>;
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);
/** A condition, and no tag of another tool (`!Ref`), so that quoting is what was meant. */
const negation = /^!\(?(?:inputs|steps|item|run|targets|env|result|value|step)\b[^"\\\n]*$/;
const yaml11 = /^(?:on|off|yes|no|y|n)$/i;

const isInt64 = (source: string | undefined): source is string =>
  source !== undefined && /^-?[0-9]+$/.test(source) && BigInt.asIntN(64, BigInt(source)) === BigInt(source);

/** `digits`: an integer of 64 bits that a double cannot hold becomes its digits instead of a mistake. */
export function convert(document: Document, text: string, digits = false): Converted {
  const ranges = new Map<string, Ranges>();
  const troubles: Trouble[] = [];
  /** As many as are shown, and one more that tells that there are more: a file of mistakes must not cost more than one of steps. */
  const trouble = (one: Trouble): void => {
    if (troubles.length <= mostFindings) troubles.push(one);
  };
  const rewritten = new Map<string, string>();
  const rangeOf = (node: Node | null | undefined): readonly [number, number] => {
    const range = node?.range;
    return range === null || range === undefined ? [0, 0] : [range[0], range[1]];
  };
  const visit = (node: Node | null, pointer: string, key?: Scalar): Json => {
    const value = node === null ? (key === undefined ? ([0, 0] as const) : rangeOf(key)) : rangeOf(node);
    const base: Ranges = { value, ...(key === undefined ? {} : { key: rangeOf(key) }) };
    ranges.set(pointer, base);
    if (node === null) return null;
    if (isAlias(node)) {
      trouble({
        code: 'yaml/alias',
        message: 'aliases are not possible in runbooks',
        hint: 'write the value out',
        range: value,
        pointer,
      });
      return null;
    }
    if (isMap(node)) return mapping(node.items as readonly Pair<Node, Node | null>[], pointer, value);
    if (isSeq(node)) return node.items.map((item, index) => visit(item as Node, `${pointer}/${String(index)}`));
    if (isScalar(node)) return scalar(node, pointer, base);
    return null;
  };
  const refuseControl = (written: string, range: readonly [number, number]): void => {
    const found = escapedControl.exec(written);
    if (found === null) return;
    const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    trouble({
      code: 'yaml/control-character',
      message: `this text has an invisible control character (U+${code})`,
      hint: 'remove its escape; a program that needs it takes it in its own notation, as printf does with \\033',
      range,
    });
  };
  const mapping = (pairs: readonly Pair<Node, Node | null>[], pointer: string, at: readonly [number, number]): Json => {
    const out: Record<string, Json> = {};
    const seen = new Set<string>();
    if (pairs.length > limits.keys)
      trouble({ code: 'yaml/too-many-keys', message: `more than ${String(limits.keys)} keys in one mapping`, range: at });
    for (const pair of pairs.slice(0, limits.keys)) {
      const key = pair.key as Node | null;
      if (!isScalar(key) || typeof key.value !== 'string') {
        const range = rangeOf(key);
        const source = text.slice(...range);
        const mended = /^[A-Za-z0-9.+-]+$/.test(source) ? { mended: `"${source}"` } : {};
        trouble({ code: 'yaml/key', message: 'a key must be text', hint: 'quote it', range, ...mended });
        continue;
      }
      if (forbidden.has(key.value)) {
        trouble({ code: 'yaml/forbidden-key', message: `the key ${key.value} is not allowed`, range: rangeOf(key) });
        continue;
      }
      if (seen.has(key.value)) {
        trouble({
          code: 'yaml/duplicate-key',
          message: `duplicate key "${key.value}" in this mapping`,
          hint: 'remove one of them',
          range: rangeOf(key),
          pointer: `${pointer}/${escapePointer(key.value)}`,
        });
        continue;
      }
      seen.add(key.value);
      refuseControl(key.value, rangeOf(key));
      out[key.value] = visit(pair.value, `${pointer}/${escapePointer(key.value)}`, key);
    }
    return out;
  };
  const scalar = (node: Scalar, pointer: string, base: Ranges): Json => {
    const { value } = node;
    const [start] = base.value;
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) {
      // The range of a node leaves its tag out.
      const begin = Math.max(0, text.lastIndexOf(node.tag, start));
      const source = text.slice(begin, base.value[1]).trimEnd();
      trouble({
        code: 'yaml/tag',
        message: `"${node.tag}" is read as a YAML tag, so nothing of it is left`,
        hint: `quote it: "${node.tag}${node.source === undefined || node.source === '' ? '' : ` ${node.source}`}"`,
        range: [begin, begin + source.length],
        ...(negation.test(source) ? { mended: `"${source}"` } : {}),
        pointer,
      });
      return null;
    }
    if (node.type === 'PLAIN' && typeof value === 'string' && yaml11.test(value)) {
      trouble({
        code: 'yaml/bare-word',
        message: `bare ${value} means true or false to some YAML readers and text to others`,
        hint: `write ${/^(?:on|yes|y)$/i.test(value) ? 'true' : 'false'}, or quote it: "${value}"`,
        range: base.value,
        // Reads as it reads now; a check that wants true or false there says so itself, and its edit goes first.
        mended: `"${value}"`,
      });
    }
    if (typeof value === 'string') {
      if (value.length > limits.scalar)
        trouble({ code: 'yaml/too-large', message: 'a text longer than 64 KiB', range: base.value });
      refuseControl(value, base.value);
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
      const block = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
      ranges.set(pointer, { ...base, ...(block ? { block: true } : { text: start + (quoted ? 1 : 0) }) });
      return value;
    }
    if (typeof value === 'number') {
      if (digits && !Number.isSafeInteger(value) && isInt64(node.source)) return node.source;
      if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
        trouble({
          code: 'yaml/number',
          message: `${node.source ?? String(value)} cannot be kept exactly as a number`,
          hint: 'quote it',
          range: base.value,
          pointer,
        });
      } else if (node.source !== undefined && node.source !== String(value)) rewritten.set(pointer, node.source);
      return value;
    }
    if (typeof value === 'boolean' || value === null) return value;
    trouble({
      code: 'yaml/value',
      message: 'only text, numbers, true, false, null, lists and mappings',
      range: base.value,
      pointer,
    });
    return null;
  };
  const data = visit(document.contents, '');
  return { data, ranges, troubles, rewritten };
}
