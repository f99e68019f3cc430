/** A selector over what a service exposes: `name{label="value", other=~"a|b"}`, read by Prometheus' own grammar and matched by its rules. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { RE2JS } from 're2js';
import type { ExposedSample } from '../../clients/exposition.ts';
import { readString } from './promql-strings.ts';

export interface Selector {
  readonly name?: string;
  readonly matches: (sample: ExposedSample) => boolean;
}

/** In words why it is not a selector: functions and windows are for a server that keeps samples. */
export function readSelector(query: string, labels: Readonly<Record<string, string | number>> = {}): Selector | string {
  const root = parser.parse(query).topNode.firstChild;
  const only = root?.name === 'VectorSelector' && root.nextSibling === null ? root : undefined;
  if (only === undefined)
    return 'a service is asked for series by name and labels only: NAME{label="value"}; for a rise between two readings say increase: 10s';
  const matchers: Matcher[] = Object.entries(labels).map(([name, value]) => ({ name, operator: '=', value: String(value) }));
  const identifier = only.getChild('Identifier');
  if (identifier !== null) matchers.push({ name: '__name__', operator: '=', value: query.slice(identifier.from, identifier.to) });
  for (const node of childrenOf(only.getChild('LabelMatchers'))) {
    const found = matcherOf(node, query);
    if (found !== undefined) matchers.push(found);
  }
  const name = matchers.find((one) => one.name === '__name__' && one.operator === '=')?.value;
  try {
    const tests = matchers.map(testOf);
    return { ...(name === undefined ? {} : { name }), matches: (sample) => tests.every((test) => test(sample)) };
  } catch (problem) {
    return `no regular expression: ${(problem as Error).message}`;
  }
}

interface Matcher {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

function childrenOf(node: SyntaxNode | null): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let one = node?.firstChild ?? null; one !== null; one = one.nextSibling) found.push(one);
  return found;
}

function matcherOf(node: SyntaxNode, query: string): Matcher | undefined {
  const textOf = (one: SyntaxNode | null): string => (one === null ? '' : query.slice(one.from, one.to));
  // A quoted word alone is the name of the metric.
  if (node.name === 'QuotedLabelName') return { name: '__name__', operator: '=', value: unquoted(textOf(node)) };
  if (node.name !== 'UnquotedLabelMatcher' && node.name !== 'QuotedLabelMatcher') return undefined;
  const quotedName = node.getChild('QuotedLabelName');
  const name = quotedName === null ? textOf(node.getChild('LabelName')) : unquoted(textOf(quotedName));
  return { name, operator: textOf(node.getChild('MatchOp')), value: unquoted(textOf(node.getChild('StringLiteral'))) };
}

/** Lint has refused what Prometheus would refuse. */
const unquoted = (literal: string): string => readString(literal) ?? literal.slice(1, -1);

/** A label that a series does not have is an empty text; expressions match the whole value. */
function testOf({ name, operator, value }: Matcher): (sample: ExposedSample) => boolean {
  const of = (sample: ExposedSample): string => (name === '__name__' ? sample.name : (sample.labels[name] ?? ''));
  if (operator === '=') return (sample) => of(sample) === value;
  if (operator === '!=') return (sample) => of(sample) !== value;
  const expression = RE2JS.compile(value);
  return operator === '=~' ? (sample) => expression.matches(of(sample)) : (sample) => !expression.matches(of(sample));
}
