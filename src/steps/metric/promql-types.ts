/** Types of PromQL, as Prometheus checks them before it reads anything: what it would refuse at night is found in the pull request. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { RE2JS } from 're2js';
import type { PromqlType, Signature } from './promql-functions.ts';
import { functions, aggregationParameters } from './promql-functions.ts';
import { readString } from './promql-strings.ts';

export interface TypeFault {
  readonly code: 'metric/range' | 'metric/type';
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly hint?: string;
}

/** Undefined: nothing is known of it, and nothing is reported about what it is in. */
type Found = PromqlType | undefined;

interface Context {
  readonly source: string;
  readonly faults: TypeFault[];
}

const words: Readonly<Record<PromqlType, string>> = {
  scalar: 'a number',
  vector: 'an instant vector',
  matrix: 'a range vector',
  string: 'a text',
};

const expressions = new Set(
  `AggregateExpr BinaryExpr FunctionCall MatrixSelector NumberDurationLiteral OffsetExpr ParenExpr StringLiteral SubqueryExpr UnaryExpr
   VectorSelector StepInvariantExpr AnchoredExpr SmoothedExpr`.split(/\s+/),
);
const setOperators = new Set(['And', 'Or', 'Unless']);
const comparisons = new Set(['Eql', 'Neq', 'Gtr', 'Lss', 'Gte', 'Lte']);

/** Of a query without mistakes in its syntax. A step reads numbers: the whole is a number or an instant vector. */
export function typeFaults(tree: Tree, source: string): readonly TypeFault[] {
  const context: Context = { source, faults: [] };
  const [whole] = operands(tree.topNode);
  if (whole === undefined) return [];
  const type = typeOf(whole, context);
  if (context.faults.length === 0 && (type === 'matrix' || type === 'string'))
    fault(
      context,
      whole,
      `this is ${words[type]}, and a step reads numbers`,
      type === 'matrix' ? overTime(whole, source) : undefined,
    );
  return context.faults;
}

const overTime = (node: SyntaxNode, source: string): string => `last_over_time(${source.slice(node.from, node.to)})`;

function fault(
  context: Context,
  node: SyntaxNode,
  message: string,
  hint?: string,
  code: TypeFault['code'] = 'metric/type',
): void {
  context.faults.push({ code, from: node.from, to: node.to, message, ...(hint === undefined ? {} : { hint }) });
}

function children(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

const operands = (node: SyntaxNode): readonly SyntaxNode[] => children(node).filter((child) => expressions.has(child.name));

function typeOf(node: SyntaxNode, context: Context): Found {
  const [inner] = operands(node);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return 'scalar';
    case 'StringLiteral':
      return 'string';
    case 'VectorSelector':
      selector(context, node);
      return 'vector';
    case 'MatrixSelector':
      if (inner !== undefined) window(context, node, inner);
      return 'matrix';
    case 'SubqueryExpr':
      if (inner !== undefined) takes(context, inner, 'vector', 'a subquery');
      return 'matrix';
    case 'UnaryExpr':
      return inner === undefined ? undefined : numeric(context, inner, 'a sign');
    case 'AggregateExpr':
      return aggregation(node, context);
    case 'BinaryExpr':
      return binary(node, context);
    case 'FunctionCall':
      return call(node, context);
    default:
      return inner === undefined ? undefined : typeOf(inner, context);
  }
}

function window(context: Context, node: SyntaxNode, inner: SyntaxNode): void {
  if (inner.name === 'VectorSelector') selector(context, inner);
  else {
    typeOf(inner, context);
    fault(
      context,
      node,
      'a window comes after a selector',
      `over an expression it is a subquery: ${textOf(context, node).replace(/\]$/, ':]')}`,
    );
  }
}

const textOf = ({ source }: Context, node: SyntaxNode): string => source.slice(node.from, node.to);

/** Without a name, some matcher must refuse a series that lacks the label: otherwise it would be every series there is. */
function selector(context: Context, node: SyntaxNode): void {
  const matchers = node.getChild('LabelMatchers');
  const own = matchers === null ? [] : children(matchers).filter(({ name }) => name.endsWith('LabelMatcher'));
  // A name in quotes alone is the name of the metric.
  let narrows = node.getChild('Identifier') !== null || matchers?.getChild('QuotedLabelName') !== null;
  for (const matcher of own) {
    const [operator, value] = [matcher.getChild('MatchOp'), matcher.getChild('StringLiteral')];
    const word = operator === null ? '' : context.source.slice(operator.from, operator.to);
    if (value === null) continue;
    const text = readString(textOf(context, value));
    // An escape that Prometheus refuses is told elsewhere.
    if (text === undefined) return;
    const pattern = word.endsWith('~') ? patternOf(text) : undefined;
    if (pattern === null) fault(context, value, 'the pattern is not valid', patternHint);
    const takesNothing = pattern === undefined ? text === '' : (pattern?.matcher('').matches() ?? true);
    narrows ||= word.startsWith('!') ? takesNothing : !takesNothing;
  }
  if (!narrows) fault(context, node, 'a selector names a metric, or a label with a value that is not empty');
}

const patternHint = 'RE2 syntax: no look-around, no back-references';

/** Null: no pattern. */
function patternOf(text: string): RE2JS | null {
  try {
    return RE2JS.compile(text);
  } catch {
    return null;
  }
}

/** Several arguments of a wrong type are one mistake: another order. The last type is that of all that follow. */
function agree(context: Context, who: string, given: readonly SyntaxNode[], wanted: readonly PromqlType[]): void {
  const own: Context = { source: context.source, faults: [] };
  given.forEach((one, index) => {
    takes(own, one, wanted[Math.min(index, wanted.length - 1)] ?? 'vector', who);
  });
  const [first, ...more] = own.faults.filter((one) => given.some(({ from, to }) => one.from === from && one.to === to));
  const hint = `${who}(${wanted.join(', ')})`;
  for (const one of own.faults)
    if (!more.includes(one)) context.faults.push(one === first && more.length > 0 ? { ...one, hint } : one);
}

/** Says when a part is not of the type that is needed there. */
function takes(context: Context, node: SyntaxNode, wanted: PromqlType, who: string): void {
  const found = typeOf(node, context);
  if (found === undefined || found === wanted) return;
  const text = context.source.slice(node.from, node.to);
  if (wanted === 'matrix' && found === 'vector')
    fault(
      context,
      node,
      `${who} needs a range vector`,
      `write a window: ${text}${node.name === 'VectorSelector' ? '[5m]' : '[5m:]'}`,
      'metric/range',
    );
  else
    fault(
      context,
      node,
      `${who} needs ${words[wanted]}, and this is ${words[found]}`,
      hintFor(wanted, found, node, context.source),
    );
}

function hintFor(wanted: PromqlType, found: PromqlType, node: SyntaxNode, source: string): string | undefined {
  const text = source.slice(node.from, node.to);
  if (wanted === 'vector' && found === 'matrix') return overTime(node, source);
  if (wanted === 'vector' && found === 'scalar') return `vector(${text})`;
  if (wanted === 'scalar' && found === 'vector') return `scalar(${text})`;
  return undefined;
}

/** Numbers and instant vectors can be reckoned with. */
function numeric(context: Context, node: SyntaxNode, who: string): Found {
  const found = typeOf(node, context);
  if (found !== 'matrix' && found !== 'string') return found;
  fault(
    context,
    node,
    `${who} needs a number or an instant vector, and this is ${words[found]}`,
    hintFor('vector', found, node, context.source),
  );
  return undefined;
}

function call(node: SyntaxNode, context: Context): Found {
  const [name, body] = children(node).filter((child) => child.name === 'FunctionIdentifier' || child.name === 'FunctionCallBody');
  if (name === undefined) return undefined;
  const word = context.source.slice(name.from, name.to);
  const given = body === undefined ? [] : operands(body);
  const signature = Object.hasOwn(functions, word) ? functions[word] : undefined;
  if (signature === undefined) {
    for (const one of given) typeOf(one, context);
    return undefined;
  }
  const miscounted = countFault(signature, given.length);
  if (miscounted !== undefined) fault(context, name, `${word} takes ${miscounted}`, `${word}(${signature.takes.join(', ')})`);
  else agree(context, word, given, signature.takes);
  const pattern = word === 'label_replace' ? given[4] : undefined;
  const text = pattern?.name === 'StringLiteral' ? readString(textOf(context, pattern)) : undefined;
  if (pattern !== undefined && text !== undefined && patternOf(text) === null)
    fault(context, pattern, 'the pattern is not valid', patternHint);
  return signature.gives;
}

function countFault({ takes: wanted, optional = 0, repeated }: Signature, given: number): string | undefined {
  const least = wanted.length - optional;
  const most = repeated === true ? Infinity : wanted.length;
  if (given >= least && given <= most) return undefined;
  const range =
    least === most ? String(least) : most === Infinity ? `at least ${String(least)}` : `${String(least)} to ${String(most)}`;
  return `${range} argument${range === '1' ? '' : 's'}, and here ${given === 1 ? 'is' : 'are'} ${String(given)}`;
}

function aggregation(node: SyntaxNode, context: Context): Found {
  const operator = children(node).find((child) => child.name === 'AggregateOp');
  const body = children(node).find((child) => child.name === 'FunctionCallBody');
  if (operator === undefined || body === undefined) return undefined;
  const word = context.source.slice(operator.from, operator.to).toLowerCase();
  const given = operands(body);
  const parameter = aggregationParameters[word];
  const wanted: readonly PromqlType[] = parameter === undefined ? ['vector'] : [parameter, 'vector'];
  const miscounted = countFault({ takes: wanted, gives: 'vector' }, given.length);
  if (miscounted !== undefined) fault(context, operator, `${word} takes ${miscounted}`, `${word}(${wanted.join(', ')})`);
  else agree(context, word, given, wanted);
  return 'vector';
}

function binary(node: SyntaxNode, context: Context): Found {
  const [left, right] = operands(node);
  const operator = children(node).find(
    (child) => child !== left && /^(?:[A-Z][a-z0-9]+)$/.test(child.name) && !expressions.has(child.name),
  );
  if (left === undefined || right === undefined || operator === undefined) return undefined;
  const word = context.source.slice(operator.from, operator.to);
  const types = [numeric(context, left, word), numeric(context, right, word)];
  if (types.includes(undefined)) return undefined;
  const isScalar = types.every((type) => type === 'scalar');
  if (setOperators.has(operator.name) && types.includes('scalar')) {
    fault(context, operator, `${word} combines two instant vectors, and one of these is a number`);
    return 'vector';
  }
  const isBool = children(node).some((child) => child.name === 'BoolModifier');
  if (isScalar && comparisons.has(operator.name) && !isBool)
    fault(context, operator, 'two numbers are compared with the modifier bool only', `${word} bool`);
  return isScalar ? 'scalar' : 'vector';
}
