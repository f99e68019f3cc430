/** Adds label matchers to every selector of a query, by Prometheus' own grammar: values never become query text. */
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
