/** The text of a configuration -> a document with places, as bounded as the reader of runbooks: size, nesting, keys of one mapping, what aliases repeat. */
import type { Document, Node, Scalar } from 'yaml';
import { LineCounter, isScalar, parseDocument, visit } from 'yaml';
import type { Json } from '../core/model/value.ts';
import { limits, readTokens } from '../document/limits.ts';
import type { ConfigDiagnostic, Spot } from './diagnostics.ts';
import { refusal } from './diagnostics.ts';

export type Parsed =
  | { readonly ok: true; readonly document: Document; readonly lines: LineCounter; readonly json: Json }
  | { readonly ok: false; readonly findings: readonly ConfigDiagnostic[] };

export function parseConfig(text: string, path: string): Parsed {
  const only = (code: string, message: string, hint?: string): Parsed => ({
    ok: false,
    findings: [refusal(path, code, message, hint)],
  });
  if (Buffer.byteLength(text) > limits.bytes) return only('config-too-large', 'the configuration is larger than 1 MiB');
  const tokens = readTokens(text);
  if (!tokens.ok) return only('config-yaml', tokens.refusal.message, 'no setting is nested so deep');
  const lines = new LineCounter();
  // The search of the library for duplicate keys compares each with each: a large mapping would take minutes.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, strict: true, prettyErrors: false });
  const findings = [...document.errors, ...document.warnings].map((error) =>
    refusal(path, 'config-yaml', withoutText(error.message), undefined, spotOf(lines, error.pos)),
  );
  for (const { message, node } of wrongKeys(document))
    findings.push(refusal(path, 'config-yaml', message, undefined, spotOf(lines, [node.range?.[0] ?? 0, node.range?.[1] ?? 1])));
  if (findings.length > 0) return { ok: false, findings };
  try {
    return { ok: true, document, lines, json: document.toJS({ maxAliasCount: 50 }) as Json };
  } catch {
    return only('config-yaml', 'aliases repeat too much of the configuration', 'write the values out');
  }
}

/** Mappings with too many keys, and keys that are there twice. */
function wrongKeys(document: Document): readonly { readonly message: string; readonly node: Node }[] {
  const found: { readonly message: string; readonly node: Node }[] = [];
  visit(document, {
    Map: (_, map) => {
      if (map.items.length > limits.keys)
        found.push({ message: `more than ${String(limits.keys)} keys in one mapping`, node: map });
      const seen = new Set<unknown>();
      for (const { key } of map.items.slice(0, limits.keys)) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push({ message: `the key ${nameOf(key)} is there twice`, node: key });
        seen.add(key.value);
      }
    },
  });
  return found;
}

const nameOf = ({ value }: Scalar): string => JSON.stringify(value);

/** What the parser says of a text, without the text: it may be a secret. */
const withoutText = (message: string): string => (message.split('\n')[0] ?? '').replace(/:? *".*$/, '').trim() || 'not YAML';

export function spotOf(lines: LineCounter, range: readonly number[]): Spot {
  const from = lines.linePos(range[0] ?? 0);
  const to = lines.linePos(range[1] ?? range[0] ?? 0);
  return {
    line: Math.max(1, from.line),
    column: Math.max(1, from.col),
    endLine: Math.max(1, to.line),
    endColumn: Math.max(1, to.col),
  };
}
