/** PromQL is parsed with Prometheus' own grammar before anything is sent. */
import { parser } from '@prometheus-io/lezer-promql';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';

const needsRange = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'changes',
  'resets',
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'sum_over_time',
  'count_over_time',
  'last_over_time',
]);

export function lint({ params }: LintSubject): readonly Finding[] {
  const source = params['query'];
  if (typeof source !== 'string' || source.includes('{{')) return [];
  const tree = parsed(source);
  if (tree === undefined)
    return [
      { code: 'metric/syntax', pointer: '/query', message: 'the PromQL is too long to be read', hint: 'use a recording rule' },
    ];
  const found: Finding[] = [];
  tree.iterate({
    enter: (node) => {
      if (node.type.isError && found.length === 0) {
        const word = source.slice(node.from, Math.max(node.to, node.from + 1));
        found.push({
          code: 'metric/syntax',
          pointer: '/query',
          offset: Math.min(node.from, source.length),
          length: Math.max(1, node.to - node.from),
          message: word.trim() === '' ? 'the PromQL ends too early' : `PromQL does not expect "${word}" here`,
          hint: 'https://prometheus.io/docs/prometheus/latest/querying/basics/',
        });
      }
      if (node.name !== 'FunctionCall') return;
      const call = source.slice(node.from, node.to);
      const name = /^\w+/.exec(call)?.[0] ?? '';
      if (needsRange.has(name) && !call.includes('[')) {
        found.push({
          code: 'metric/range',
          pointer: '/query',
          offset: node.from,
          length: name.length,
          message: `${name} needs a range vector`,
          hint: `write a window: ${name}(metric[5m])`,
        });
      }
    },
  });
  return found;
}

/** Undefined: thousands of operators in one query are more than the parser's recursion bears. */
function parsed(source: string): ReturnType<typeof parser.parse> | undefined {
  try {
    return parser.parse(source);
  } catch (problem) {
    if (problem instanceof RangeError) return undefined;
    throw problem;
  }
}
