/** Thresholds of a condition, one at a time moved to where the condition accepts more: mutants of a rehearsal. */
import type { Json } from '../../core/model/value.ts';
import type { Ast } from './ast.ts';
import { isMacro, pathOf } from './ast.ts';
import { astOf } from './condition.ts';

/** How far a threshold moves: large enough that only a reading close to it can tell the difference. */
const factor = 10;

type Comparison = '<' | '<=' | '>' | '>=';

const turned: Readonly<Record<Comparison, Comparison>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const boundSwitched: Readonly<Record<Comparison, Comparison>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Each text is the whole condition with one comparison loosened. `inputs`: thresholds may be inputs, whose values the plan knows. */
export function loosened(source: string, inputs: Readonly<Record<string, Json>> = {}): readonly string[] {
  return edited(source, inputs, true);
}

/** The same for a condition that ends a wait: it comes true less often. */
export function tightened(source: string, inputs: Readonly<Record<string, Json>> = {}): readonly string[] {
  return edited(source, inputs, false);
}

function edited(source: string, inputs: Readonly<Record<string, Json>>, more: boolean): readonly string[] {
  const ast = astOf(source);
  if (ast === undefined) return [];
  return editsOf(ast, more, { source, inputs }).map(({ start, end, text }) => source.slice(0, start) + text + source.slice(end));
}

interface Context {
  readonly source: string;
  readonly inputs: Readonly<Record<string, Json>>;
}

/** `more`: the condition around it accepts more when this part is true more often. Where that is not known, nothing is changed. */
function editsOf(ast: Ast, more: boolean, context: Context): readonly Edit[] {
  const inside = (one: Ast, direction = more): readonly Edit[] => editsOf(one, direction, context);
  switch (ast.op) {
    case '!_':
      return inside(ast.args, !more);
    case '&&':
    case '||':
      return ast.args.flatMap((one) => inside(one));
    case '?:':
      return [...inside(ast.args[1]), ...inside(ast.args[2])];
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(ast.op, ast.args, more, context);
    case 'rcall': {
      const body = ast.args[2].at(-1);
      const keeps = ast.args[0] === 'all' || ast.args[0] === 'exists';
      return isMacro(ast) && keeps && body !== undefined ? inside(body) : [];
    }
    default:
      return [];
  }
}

function comparison(op: Comparison, [left, right]: readonly [Ast, Ast], more: boolean, context: Context): readonly Edit[] {
  const [bound, other] = numberOf(right, context) === undefined ? [left, right] : [right, left];
  const number = numberOf(bound, context);
  if (number === undefined || numberOf(other, context) !== undefined) return [];
  // As if it were written `value op number`.
  const asWritten = bound === right ? op : turned[op];
  const raises = (asWritten === '<' || asWritten === '<=') === more;
  if (number === 0) return [atZero(asWritten, op, [left, right], bound, more, context)];
  return [{ start: bound.start, end: bound.end, text: printed(moved(number, raises), isWhole(bound, context)) }];
}

/** Zero times anything is zero: the bound itself is let in or, where it is in, one more. */
function atZero(
  asWritten: Comparison,
  op: Comparison,
  [left, right]: readonly [Ast, Ast],
  bound: Ast,
  more: boolean,
  context: Context,
): Edit {
  const isStrict = asWritten === '<' || asWritten === '>';
  if (isStrict === more) {
    const text = (one: Ast): string => context.source.slice(one.start, one.end);
    return { start: left.start, end: right.end, text: `${text(left)} ${boundSwitched[op]} ${text(right)}` };
  }
  const raises = (asWritten === '<' || asWritten === '<=') === more;
  return { start: bound.start, end: bound.end, text: printed(raises ? 1 : -1, isWhole(bound, context)) };
}

const moved = (number: number, raises: boolean): number => (raises === number > 0 ? number * factor : number / factor);

function printed(number: number, whole: boolean): string {
  if (whole) return String(Math.trunc(number));
  const text = String(Number(number.toPrecision(12)));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A number that is written, or an input that is one. */
function numberOf(ast: Ast, { inputs }: Context): number | undefined {
  if (ast.op === '-_') {
    const inner = literal(ast.args);
    return inner === undefined ? undefined : -inner;
  }
  const path = pathOf(ast);
  if (path?.length === 2 && path[0] === 'inputs') {
    const value = inputs[path[1] ?? ''];
    return typeof value === 'number' ? value : undefined;
  }
  return literal(ast);
}

function literal(ast: Ast): number | undefined {
  if (ast.op !== 'value') return undefined;
  return typeof ast.args === 'number' || typeof ast.args === 'bigint' ? Number(ast.args) : undefined;
}

function isWhole(ast: Ast, context: Context): boolean {
  if (ast.op === '-_') return isWhole(ast.args, context);
  return ast.op === 'value' ? typeof ast.args === 'bigint' : Number.isInteger(numberOf(ast, context));
}
