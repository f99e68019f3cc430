/** What is beside the types of PromQL: modifiers, matching and numbers that the grammar takes and every Prometheus refuses. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { refusedEscape } from './promql-strings.ts';

export interface ModifierFault {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly hint?: string;
}

const setOperators = new Set(['And', 'Or', 'Unless']);
const comparisons = new Set(['Eql', 'Neq', 'Gtr', 'Lss', 'Gte', 'Lte']);
const selectors = new Set(['VectorSelector', 'MatrixSelector', 'SubqueryExpr']);

export function modifierFaults(tree: Tree, source: string): readonly ModifierFault[] {
  const faults: ModifierFault[] = [];
  const text = (node: SyntaxNode): string => source.slice(node.from, node.to);
  const add = (node: SyntaxNode | null, message: string, hint?: string): void => {
    if (node !== null) faults.push({ from: node.from, to: node.to, message, ...(hint === undefined ? {} : { hint }) });
  };
  tree.iterate({
    enter: ({ node }) => {
      switch (node.name) {
        case 'BinaryExpr':
          matching(node, text, add);
          break;
        case 'OffsetExpr':
        case 'StepInvariantExpr':
          moved(node, text, add);
          break;
        case 'VectorSelector':
          names(node, text, add);
          break;
        case 'NumberDurationLiteral':
          if (isTooLarge(text(node))) add(node, 'this number is out of range', 'write Inf for infinity');
          break;
        case 'StringLiteral':
          escapes(node, text, add);
          break;
        case 'SubqueryExpr':
          bound(node, text, add);
          window(node, text, add);
          break;
        case 'MatrixSelector':
          window(node, text, add);
      }
    },
  });
  return faults;
}

type Text = (node: SyntaxNode) => string;
type Add = (node: SyntaxNode | null, message: string, hint?: string) => void;

function matching(node: SyntaxNode, text: Text, add: Add): void {
  const operator = children(node).find(({ name }) => /^[A-Z][a-z0-9]+$/.test(name)) ?? null;
  if (operator === null) return;
  const bool = node.getChild('BoolModifier');
  if (bool !== null && !comparisons.has(operator.name)) add(bool, 'bool is allowed only after a comparison', 'remove it');
  const clause = node.getChild('MatchingModifierClause');
  if (clause === null) return;
  const group = clause.getChild('GroupLeft') ?? clause.getChild('GroupRight');
  if (group !== null && setOperators.has(operator.name))
    return add(group, `${text(operator)} has no ${text(group)}: it takes whole series`, 'remove it');
  const labels = children(clause).filter(({ name }) => name === 'GroupingLabels');
  const onLabels = clause.getChild('On') === null ? [] : labelsOf(labels[0], text);
  const included = group === null ? [] : children(labels.at(-1) ?? null);
  const twice = labels.length > 1 ? included.find((one) => onLabels.includes(text(one))) : undefined;
  if (twice !== undefined)
    add(twice, `the label ${text(twice)} is in on() already`, `remove it from ${group === null ? 'it' : text(group)}()`);
  if (labelsOf(labels[0], text).length > 0 && [node.firstChild, node.lastChild].some(isNumber))
    add(clause.firstChild, 'labels are matched between two instant vectors, and one of these is a number', 'remove the matching');
}

const labelsOf = (node: SyntaxNode | null | undefined, text: Text): readonly string[] => children(node ?? null).map(text);

/** As far as the form tells. */
function isNumber(node: SyntaxNode | null): boolean {
  if (node?.name === 'ParenExpr' || node?.name === 'UnaryExpr') return isNumber(children(node).at(-1) ?? null);
  return node?.name === 'NumberDurationLiteral';
}

/** `offset` and `@`: behind a selector or a subquery, each once. A sign before them belongs to the whole. */
function moved(node: SyntaxNode, text: Text, add: Add): void {
  const isOffset = node.name === 'OffsetExpr';
  const modifier = node.getChild(isOffset ? 'Offset' : 'At');
  let inner = node.firstChild;
  while (inner?.name === 'UnaryExpr') inner = inner.lastChild;
  for (; inner?.name === 'OffsetExpr' || inner?.name === 'StepInvariantExpr'; inner = inner.firstChild)
    if (inner.name === node.name && !isNothing(inner, text))
      return add(modifier, `${isOffset ? 'offset' : '@'} appears twice behind one selector`, 'keep one of them');
  while (inner?.name === 'UnaryExpr') inner = inner.lastChild;
  if (inner !== null && !selectors.has(inner.name))
    return add(
      modifier,
      `${isOffset ? 'offset' : '@'} is allowed only behind a selector or a subquery`,
      'put it behind the name of the metric, before other parts',
    );
  const at = isOffset ? null : node.getChild('NumberDurationLiteral');
  if (at !== null && !(Math.abs(Number(text(at).replace(/^([+-]?)inf$/i, '$1Infinity'))) < 2 ** 63))
    add(at, '@ needs a moment in seconds since 1970');
}

const isNothing = (node: SyntaxNode, text: Text): boolean => /\boffset\s+-?0+[a-z]*$/i.test(text(node));

function names(node: SyntaxNode, text: Text, add: Add): void {
  const matchers = children(node.getChild('LabelMatchers'));
  const quoted = matchers.filter(({ name }) => name === 'QuotedLabelName');
  const own = matchers.filter((one) => one.getChild('LabelName') !== null && text(one).startsWith('__name__'));
  const named = node.getChild('Identifier') === null ? quoted : [node, ...quoted];
  const second = named.length === 0 ? undefined : (own[0] ?? named[1]);
  if (second !== undefined) add(second, 'the name of the metric appears here twice', 'keep one of them');
}

function isTooLarge(literal: string): boolean {
  if (/^[+-]?0x/i.test(literal)) return BigInt(literal.replace(/^[+-]/, '')) > 2n ** 63n - 1n;
  return /^[+-]?[\d._]+(?:e[+-]?\d+)?$/i.test(literal) && !Number.isFinite(Number(literal.replaceAll('_', '')));
}

const nothing = /^(?:0+(?:ms|[smhdwy])?|-.*)$/;

function window(node: SyntaxNode, text: Text, add: Add): void {
  const [length, step] = children(node).filter(({ name }) => name === 'DurationExpr');
  if (length !== undefined && nothing.test(text(length))) add(length, 'a window is longer than nothing', 'for example [5m]');
  if (step !== undefined && nothing.test(text(step)))
    add(step, 'the step of a subquery is longer than nothing', 'for example [5m:1m]');
}

/** The grammar takes the whole expression into the subquery; Prometheus binds it to the last operand only, and then refuses the operator. */
function bound(node: SyntaxNode, text: Text, add: Add): void {
  const inner = node.firstChild;
  if (inner?.name !== 'BinaryExpr' && inner?.name !== 'UnaryExpr') return;
  const rest = text(node).slice(text(inner).length);
  add(inner, 'a subquery belongs to the last operand only, and no operator takes one', `write (${text(inner)})${rest}`);
}

function escapes(node: SyntaxNode, text: Text, add: Add): void {
  const refused = refusedEscape(text(node));
  if (refused === undefined) return;
  const fix = refused.text.length === 2 ? `write \\${refused.text}, or put the text in backticks` : 'put the text in backticks';
  add(node, `${refused.text} is not an escape of PromQL`, fix);
}

function children(node: SyntaxNode | null): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) found.push(child);
  return found;
}
