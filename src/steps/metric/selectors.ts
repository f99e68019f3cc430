/** Adds label matchers to every selector of a query, by Prometheus' own grammar: values never become query text. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

export function withLabels(query: string, labels: Readonly<Record<string, string | number>>): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(String(value))}`);
  if (matchers.length === 0) return query;
  const edits: { readonly at: number; readonly text: string }[] = [];
  parser.parse(query).iterate({
    enter: (node) => {
      if (node.name !== 'VectorSelector') return;
      const text = query.slice(node.from, node.to);
      const brace = text.indexOf('{');
      if (brace < 0) edits.push({ at: node.to, text: `{${matchers.join(',')}}` });
      else
        edits.push({
          at: node.from + brace + 1,
          text: `${matchers.join(',')}${/^\s*\}/.test(text.slice(brace + 1)) ? '' : ','}`,
        });
    },
  });
  return edits.reverse().reduce((text, edit) => text.slice(0, edit.at) + edit.text + text.slice(edit.at), query);
}

/**
 * Every instant selector counts only where the last `ms` milliseconds have a sample. Left alone: windows, which say their own age; what has an `offset` or
 * `@`, which asks for old samples; and the argument of `timestamp`.
 */
export function notOlder(query: string, ms: number): string {
  const found: { readonly from: number; readonly to: number }[] = [];
  parser.parse(query).iterate({
    enter: (node) => {
      if (node.name === 'VectorSelector' && isPlain(node.node, query)) found.push({ from: node.from, to: node.to });
    },
  });
  return found.reverse().reduce((text, { from, to }) => {
    const selector = text.slice(from, to);
    const fresh = `(${selector} and last_over_time(${selector}[${String(Math.max(1, Math.round(ms)))}ms]))`;
    return text.slice(0, from) + fresh + text.slice(to);
  }, query);
}

function isPlain(node: SyntaxNode, query: string): boolean {
  const parent = node.parent;
  if (parent === null) return true;
  if (['MatrixSelector', 'OffsetExpr', 'StepInvariantExpr'].includes(parent.name)) return false;
  const call = parent.name === 'FunctionCallBody' ? parent.parent : parent;
  return !(call?.name === 'FunctionCall' && query.slice(call.from, call.to).startsWith('timestamp'));
}
