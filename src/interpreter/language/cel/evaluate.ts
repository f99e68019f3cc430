/** Evaluates the syntax tree of a condition. Reads data in place, copies nothing, counts its steps, prints no values. */
import type { Ast } from './ast.ts';
import { isBinary, isMacro, macros } from './ast.ts';
import { Failure, fail, isMissing } from './failure.ts';
import { globals, methods } from './functions/index.ts';
import { binary, isNumber, keyText, negate } from './operators.ts';
import type { Scope } from '../scope-type.ts';
import { suggestion } from '../suggest.ts';
import { compare } from './functions/lists.ts';
import { functionHint } from './functions/hint.ts';
import { Sealed, fieldOf, isList, isRecord, kindOf, sealedFault } from '../value.ts';

/** Steps of one evaluation: a nested comprehension over hostile output must end. */
const mostSteps = 1_000_000;

interface Frame {
  readonly scope: Scope;
  /** Names bound by macros, innermost first. */
  readonly bound?: Bound;
  readonly budget: { left: number };
}

interface Bound {
  readonly name: string;
  value: unknown;
  readonly outer: Bound | undefined;
}

/** Throws Failure. */
export function runAst(ast: Ast, scope: Scope): unknown {
  return evaluate(ast, { scope, budget: { left: mostSteps } });
}

function evaluate(ast: Ast, frame: Frame): unknown {
  frame.budget.left -= 1;
  if (frame.budget.left < 0)
    return fail(
      'too-much-work',
      `the expression took more than ${String(mostSteps)} steps`,
      'narrow the data with `value` first',
    );
  switch (ast.op) {
    case 'value':
      return literal(ast.args);
    case 'id':
      return opened(named(ast.args, frame), ast.args);
    case '.':
      return field(evaluate(ast.args[0], frame), ast.args[1], nameOf(ast.args[0]));
    case '[]':
      return element(evaluate(ast.args[0], frame), evaluate(ast.args[1], frame), nameOf(ast.args[0]));
    case '.?':
    case '[?]':
      return fail('unsupported', 'optional access is not part of the language', 'write has(a.b) && ...');
    case '&&':
      return logical(ast.args, frame, false);
    case '||':
      return logical(ast.args, frame, true);
    case '!_':
      return !boolean(evaluate(ast.args, frame), '!');
    case '-_':
      return negate(evaluate(ast.args, frame));
    case '?:':
      return evaluate(boolean(evaluate(ast.args[0], frame), '?:') ? ast.args[1] : ast.args[2], frame);
    case 'list':
      return ast.args.map((one) => evaluate(one, frame));
    case 'map':
      return mapLiteral(ast.args, frame);
    case 'call':
      return call(ast.args[0], ast.args[1], frame);
    case 'rcall':
      return isMacro(ast) ? macro(ast.args, frame) : method(ast.args, frame);
    default:
      return isBinary(ast.op)
        ? signed(ast, binary(ast.op, evaluate(ast.args[0], frame), evaluate(ast.args[1], frame)))
        : fail('unsupported', 'unknown operator');
  }
}

/** `0u - 1u`: among literals without a sign there are no negative numbers. */
function signed(ast: Ast, result: unknown): unknown {
  return typeof result === 'bigint' && result < 0n && isUnsigned(ast)
    ? fail('overflow', 'the result of unsigned numbers is negative', 'write the numbers without u')
    : result;
}

function isUnsigned(ast: Ast): boolean {
  if (ast.op === 'value') return typeof ast.args === 'object' && ast.args !== null && typeof ast.args.valueOf() === 'bigint';
  return ['+', '-', '*', '/', '%'].includes(ast.op) && (ast.args as readonly Ast[]).every(isUnsigned);
}

function literal(value: unknown): unknown {
  if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return value;
  if (typeof value === 'object') {
    const plain: unknown = value.valueOf();
    if (typeof plain === 'bigint') return plain;
  }
  return fail('unsupported', 'bytes are not part of the language');
}

function named(name: string, frame: Frame): unknown {
  for (let bound = frame.bound; bound !== undefined; bound = bound.outer) if (bound.name === name) return bound.value;
  const value = fieldOf(frame.scope, name);
  return value === undefined ? fail('unknown-name', `unknown name "${name}"`, suggestion(name, Object.keys(frame.scope))) : value;
}

const nameOf = (ast: Ast): string =>
  ast.op === 'id' ? ast.args : ast.op === '.' ? `${nameOf(ast.args[0])}.${ast.args[1]}` : '(...)';

/** A sealed leaf stops the evaluation wherever it would be read. */
function opened(value: unknown, where: string): unknown {
  if (value instanceof Sealed) throw new Failure(sealedFault(value, where));
  if (typeof value === 'number' && !Number.isFinite(value))
    return fail('not-a-number', `${where} is not a finite number`, undefined, 'noData');
  return value === undefined ? null : value;
}

function field(base: unknown, name: string, where: string): unknown {
  if (!isRecord(base)) {
    return base === null
      ? fail('nothing', `${where} is nothing, so it has no "${name}"`, 'guard it: has(...) && ..., or steps.x.ok && ...')
      : fail(
          'no-fields',
          `${where} is ${kindOf(base)} and has no "${name}"`,
          'where it may be other than a map: has(...) && ...',
        );
  }
  const value = fieldOf(base, name);
  return value === undefined
    ? fail('unknown-field', `${where} has no "${name}"`, suggestion(name, Object.keys(base)))
    : opened(value, `${where}.${name}`);
}

function element(base: unknown, key: unknown, where: string): unknown {
  if (isRecord(base)) return field(base, keyText(key), where);
  if (!isList(base)) return field(base, 'element', where);
  if (!isNumber(key) || !Number.isInteger(Number(key)))
    return fail('type-mismatch', `the index of a list must be an integer, not ${kindOf(key)}`);
  const found = base[Number(key)];
  return found === undefined
    ? fail('out-of-range', `${where} has ${String(base.length)} members, none at ${String(key)}`)
    : opened(found, where);
}

function boolean(value: unknown, op: string): boolean {
  return typeof value === 'boolean'
    ? value
    : fail('not-boolean', `"${op}" needs true or false, not ${kindOf(value)}`, 'compare it with something');
}

/** As in CEL: one side that decides hides an error of the other. */
function logical(args: readonly [Ast, Ast], frame: Frame, decisive: boolean): boolean {
  const op = decisive ? '||' : '&&';
  let error: Failure | undefined;
  for (const side of args) {
    try {
      if (boolean(evaluate(side, frame), op) === decisive) return decisive;
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.fault.code === 'too-much-work') throw thrown;
      error ??= thrown;
    }
  }
  if (error !== undefined) throw error;
  return !decisive;
}

function mapLiteral(entries: readonly (readonly [Ast, Ast])[], frame: Frame): unknown {
  const made = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of entries) {
    const name = keyText(evaluate(key, frame));
    if (Object.hasOwn(made, name)) return fail('duplicate-key', `the map has the key "${name}" twice`);
    made[name] = evaluate(value, frame);
  }
  return made;
}

function call(name: string, args: readonly Ast[], frame: Frame): unknown {
  if (name === 'has') return has(args[0], frame);
  if (name === 'now') return now(args, frame);
  const found = globals.get(name);
  if (found === undefined)
    return fail('unknown-function', `unknown function ${name}()`, functionHint(name, [...globals.keys(), 'has', 'now']));
  if (!found.arity.includes(args.length))
    return fail('wrong-arguments', `${name}() cannot take ${String(args.length)} arguments`);
  return found.apply(...args.map((one) => evaluate(one, frame)));
}

function method(args: readonly [string, Ast, readonly Ast[]], frame: Frame): unknown {
  const [name, receiver, rest] = args;
  const found = methods.get(name);
  if (found === undefined)
    return fail('unknown-function', `unknown function .${name}()`, functionHint(name, [...methods.keys(), ...macros]));
  if (!found.arity.includes(rest.length + 1))
    return fail('wrong-arguments', `.${name}() cannot take ${String(rest.length)} arguments`);
  return found.apply(evaluate(receiver, frame), ...rest.map((one) => evaluate(one, frame)));
}

/** As the run tells time: the same moment wherever it is asked for in one condition. */
function now(args: readonly Ast[], frame: Frame): unknown {
  return args.length === 0 ? field(named('run', frame), 'now', 'run') : fail('wrong-arguments', 'now() takes no arguments');
}

/** Present and not nothing; every part of the path may be missing, or be other than a map. */
function has(subject: Ast | undefined, frame: Frame): boolean {
  if (subject?.op !== '.' && subject?.op !== '[]') return fail('wrong-arguments', 'has() needs a field: has(a.b)');
  try {
    return evaluate(subject, frame) !== null;
  } catch (thrown) {
    if (thrown instanceof Failure && (isMissing(thrown.fault) || thrown.fault.code === 'no-fields')) return false;
    // Whether a secret is there may be known.
    if (thrown instanceof Failure && thrown.fault.code === 'secret-read') return true;
    throw thrown;
  }
}

function macro(args: readonly [string, Ast, readonly Ast[]], frame: Frame): unknown {
  const [name, range, [variable, ...bodies]] = args;
  const all = membersOf(evaluate(range, frame), name);
  const bound: Bound = { name: variable?.op === 'id' ? variable.args : '', value: null, outer: frame.bound };
  const inner: Frame = { scope: frame.scope, bound, budget: frame.budget };
  const apply = (body: Ast | undefined, one: unknown): unknown => {
    bound.value = opened(one, bound.name);
    return body === undefined ? fail('wrong-arguments', `.${name}() needs an expression`) : evaluate(body, inner);
  };
  const test = (one: unknown): boolean => boolean(apply(bodies[0], one), name);
  switch (name) {
    case 'all':
      return !quantify(all, (one) => !test(one));
    case 'exists':
      return quantify(all, test);
    case 'exists_one':
      return all.filter(test).length === 1;
    case 'filter':
      return all.filter(test);
    case 'sortBy':
      return sortedBy(all, (one) => apply(bodies[0], one));
    default:
      return bodies.length === 2 ? all.filter(test).map((one) => apply(bodies[1], one)) : all.map((one) => apply(bodies[0], one));
  }
}

/** Each key is computed once. */
function sortedBy(all: readonly unknown[], keyOf: (one: unknown) => unknown): readonly unknown[] {
  return all
    .map((one) => ({ one, key: keyOf(one) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ one }) => one);
}

/** As in CEL: an error of one member counts only when no other member decides. */
function quantify(all: readonly unknown[], decides: (one: unknown) => boolean): boolean {
  let error: Failure | undefined;
  for (const one of all) {
    try {
      if (decides(one)) return true;
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.fault.code === 'too-much-work') throw thrown;
      error ??= thrown;
    }
  }
  if (error !== undefined) throw error;
  return false;
}

function membersOf(value: unknown, name: string): readonly unknown[] {
  if (isList(value)) return value;
  if (isRecord(value)) return Object.keys(value);
  return fail('type-mismatch', `.${name}() needs a list or a map, not ${kindOf(value)}`);
}
