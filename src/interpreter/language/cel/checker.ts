/** Static check of a condition against the declared types: every mistake with its place, before step 1 (L6). */
import type { Ast, BinaryOperator } from './ast.ts';
import { isBinary, isMacro, macros } from './ast.ts';
import type { FunctionEntry } from './functions/entry.ts';
import { globals, methods } from './functions/index.ts';
import { Failure } from './failure.ts';
import { RE2JS } from 're2js';
import { functionHint } from './functions/hint.ts';
import { suggestion } from '../suggest.ts';
import type { Type } from './types.ts';
import { bool, comparable, dyn, isNumeric, join, nameOfType, number, text } from './types.ts';

export interface Issue {
  readonly code: string;
  readonly message: string;
  /** In the source, from 0. */
  readonly offset: number;
  readonly length: number;
  readonly hint?: string;
}

interface Frame {
  readonly roots: Readonly<Record<string, Type>>;
  readonly issues: Issue[];
  /** Inside has(): whether it is there is no secret. */
  readonly asking?: boolean;
}

export function typeCheck(
  ast: Ast,
  roots: Readonly<Record<string, Type>>,
): { readonly type: Type; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  return { type: check(ast, { roots, issues }), issues };
}

function report(frame: Frame, ast: Ast, code: string, message: string, hint?: string): Type {
  frame.issues.push({
    code,
    message,
    offset: ast.start,
    length: Math.max(1, ast.end - ast.start),
    ...(hint === undefined ? {} : { hint }),
  });
  return dyn;
}

function check(ast: Ast, frame: Frame): Type {
  switch (ast.op) {
    case 'value':
      return literalType(ast.args);
    case 'id':
      return nameType(ast, ast.args, frame);
    case '.':
      return fieldType(ast, check(ast.args[0], frame), ast.args[1], frame);
    case '[]':
      return elementType(ast, frame);
    case '.?':
    case '[?]':
      return report(frame, ast, 'unknown-function', 'optional access is not part of the language', 'write has(a.b) && ...');
    case '&&':
    case '||':
      ast.args.forEach((side) => wantBool(side, check(side, frame), `"${ast.op}"`, frame));
      return bool;
    case '!_':
      wantBool(ast.args, check(ast.args, frame), '"!"', frame);
      return bool;
    case '-_':
      return negatedType(ast, check(ast.args, frame), frame);
    case '?:':
      wantBool(ast.args[0], check(ast.args[0], frame), 'the condition of "?"', frame);
      return join(check(ast.args[1], frame), check(ast.args[2], frame));
    case 'list':
      return {
        is: 'list',
        of: ast.args.map((one) => check(one, frame)).reduce<Type>((all, one, at) => (at === 0 ? one : join(all, one)), dyn),
      };
    case 'map':
      return mapType(ast.args, frame);
    case 'call':
      return callType(ast, ast.args[0], ast.args[1], frame);
    case 'rcall':
      return isMacro(ast) ? macroType(ast, ast.args, frame) : methodType(ast, ast.args, frame);
    default:
      return isBinary(ast.op) ? operation(ast, ast.op, ast.args, frame) : dyn;
  }
}

function operation(ast: Ast, op: BinaryOperator, [left, right]: readonly [Ast, Ast], frame: Frame): Type {
  const types = [check(left, frame), check(right, frame)] as const;
  if (op === '==' || op === '!=') {
    knownWord(left, types[1], frame);
    knownWord(right, types[0], frame);
  }
  if (op === 'in' && right.op === 'list') for (const one of right.args) knownWord(one, types[0], frame);
  return binaryType(ast, op, types[0], types[1], frame);
}

/** A word that the other side never is: `state == "succeded"`. */
function knownWord(ast: Ast, other: Type, frame: Frame): void {
  if (ast.op !== 'value' || typeof ast.args !== 'string' || other.is !== 'string' || other.words === undefined) return;
  if (other.words.includes(ast.args)) return;
  report(
    frame,
    ast,
    'unknown-word',
    `it is never "${ast.args}"`,
    suggestion(ast.args, other.words) ?? `one of ${other.words.join(', ')}`,
  );
}

function literalType(value: unknown): Type {
  if (value === null) return { is: 'null' };
  if (typeof value === 'string') return text;
  if (typeof value === 'boolean') return bool;
  return typeof value === 'number' ? number : { is: 'int' };
}

function nameType(ast: Ast, name: string, frame: Frame): Type {
  const found = Object.hasOwn(frame.roots, name) ? frame.roots[name] : undefined;
  return found ?? report(frame, ast, 'unknown-name', `unknown name "${name}"`, suggestion(name, Object.keys(frame.roots)));
}

function fieldType(ast: Ast, base: Type, name: string, frame: Frame): Type {
  if (base.is === 'dyn') return dyn;
  if (base.is === 'map') return base.of;
  if (base.is !== 'record') return fieldOfScalar(ast, base, name, frame);
  const at = { ...ast, start: Math.max(ast.start, ast.end - name.length) } as Ast;
  if (Object.hasOwn(base.fields, name)) {
    const field = base.fields[name] ?? dyn;
    if (field.is !== 'secret' || frame.asking === true) return field;
    return report(
      frame,
      at,
      'secret',
      `"${name}" is a secret, and a condition cannot read it`,
      'secrets go only to places that a step type declares',
    );
  }
  if (base.rest !== undefined) return base.rest;
  return report(frame, at, 'unknown-field', `there is no "${name}" here`, suggestion(name, Object.keys(base.fields)));
}

function fieldOfScalar(ast: Ast, base: Type, name: string, frame: Frame): Type {
  const hint = base.is === 'list' ? 'index it, or use .map(x, ...), .all(x, ...), .exists(x, ...)' : undefined;
  return report(frame, ast, 'type-mismatch', `${nameOfType(base)} has no field "${name}"`, hint);
}

function elementType(ast: Ast & { readonly op: '[]' | '[?]' | '||' | '&&' | BinaryOperator }, frame: Frame): Type {
  const base = check(ast.args[0], frame);
  const key = check(ast.args[1], frame);
  if (base.is === 'list') {
    if (key.is !== 'dyn' && !isNumeric(key))
      return report(frame, ast.args[1], 'type-mismatch', `the index of a list must be a number, not ${nameOfType(key)}`);
    return base.of;
  }
  const constant = ast.args[1];
  if (base.is === 'record') {
    if (constant.op === 'value' && typeof constant.args === 'string') return fieldType(ast, base, constant.args, frame);
    return Object.values(base.fields).reduce<Type>((all, one, at) => (at === 0 ? one : join(all, one)), base.rest ?? dyn);
  }
  if (base.is === 'map') return base.of;
  return base.is === 'dyn' ? dyn : report(frame, ast, 'type-mismatch', `${nameOfType(base)} cannot be indexed`);
}

function wantBool(ast: Ast, type: Type, what: string, frame: Frame): void {
  if (type.is === 'bool' || type.is === 'dyn') return;
  report(frame, ast, 'not-boolean', `${what} needs true or false, but this is ${nameOfType(type)}`, 'compare it with something');
}

function negatedType(ast: Ast, type: Type, frame: Frame): Type {
  if (type.is === 'dyn' || isNumeric(type) || type.is === 'duration') return type;
  return report(
    frame,
    ast,
    'type-mismatch',
    `"-" needs a number, not ${nameOfType(type)}`,
    'names with a hyphen are subtractions',
  );
}

function mapType(entries: readonly (readonly [Ast, Ast])[], frame: Frame): Type {
  const types = entries.map(([key, value]) => [key, check(key, frame), check(value, frame)] as const);
  const fields: Record<string, Type> = {};
  for (const [key, , type] of types) {
    if (key.op !== 'value' || typeof key.args !== 'string') return { is: 'map', of: dyn };
    if (Object.hasOwn(fields, key.args)) report(frame, key, 'duplicate-key', `the map has the key "${key.args}" twice`);
    fields[key.args] = type;
  }
  return { is: 'record', fields, rest: undefined };
}

function binaryType(ast: Ast, op: BinaryOperator, left: Type, right: Type, frame: Frame): Type {
  if (op === 'in') return membershipType(ast, left, right, frame);
  if (['==', '!=', '<', '<=', '>', '>='].includes(op)) {
    if (!comparable(left, right)) return mismatch(ast, op, left, right, frame);
    const ordered = op !== '==' && op !== '!=';
    const bad = [left, right].find((one) => ordered && ['bool', 'list', 'map', 'record', 'null'].includes(one.is));
    if (bad !== undefined) report(frame, ast, 'type-mismatch', `"${op}" cannot order ${nameOfType(bad)}`);
    return bool;
  }
  if (left.is === 'dyn' || right.is === 'dyn') return dyn;
  if (isNumeric(left) && isNumeric(right)) return left.is === 'int' && right.is === 'int' ? left : number;
  if (op === '+' && left.is === 'string' && right.is === 'string') return text;
  if (op === '+' && left.is === 'list' && right.is === 'list') return join(left, right);
  return timeType(op, left, right) ?? mismatch(ast, op, left, right, frame);
}

function timeType(op: BinaryOperator, left: Type, right: Type): Type | undefined {
  const kinds = `${left.is} ${op} ${right.is}`;
  if (['duration + duration', 'duration - duration', 'timestamp - timestamp'].includes(kinds)) return { is: 'duration' };
  if (['timestamp + duration', 'timestamp - duration', 'duration + timestamp'].includes(kinds)) return { is: 'timestamp' };
  return left.is === 'duration' && isNumeric(right) && (op === '*' || op === '/') ? left : undefined;
}

function mismatch(ast: Ast, op: string, left: Type, right: Type, frame: Frame): Type {
  const mixed = [left, right].some((one) => one.is === 'string') && [left, right].some(isNumeric);
  const verb = ['+', '-', '*', '/', '%'].includes(op) ? `"${op}" is not defined for` : `"${op}" cannot compare`;
  report(
    frame,
    ast,
    'type-mismatch',
    `${verb} ${nameOfType(left)} and ${nameOfType(right)}`,
    mixed ? 'convert one of them: number(text) or string(number)' : undefined,
  );
  return ['+', '-', '*', '/', '%'].includes(op) ? dyn : bool;
}

function membershipType(ast: Ast, left: Type, right: Type, frame: Frame): Type {
  if (right.is === 'list' && !comparable(left, right.of)) return mismatch(ast, 'in', left, right.of, frame);
  if (!['list', 'map', 'record', 'dyn'].includes(right.is)) {
    report(
      frame,
      ast,
      'type-mismatch',
      `"in" needs a list or a map, not ${nameOfType(right)}`,
      right.is === 'string' ? 'for text write a.contains(b)' : undefined,
    );
  }
  return bool;
}

function callType(ast: Ast, name: string, args: readonly Ast[], frame: Frame): Type {
  if (name === 'has') {
    const [subject] = args;
    if (args.length !== 1 || (subject?.op !== '.' && subject?.op !== '[]'))
      return report(frame, ast, 'wrong-arguments', 'has() needs a field: has(a.b)');
    check(subject, { ...frame, asking: true });
    return bool;
  }
  if (name === 'now' && args.length === 0)
    return fieldType(ast, check({ op: 'id', args: 'run', start: ast.start, end: ast.end }, frame), 'now', frame);
  const found = globals.get(name);
  const types = args.map((one) => check(one, frame));
  if (found === undefined) {
    const hint = methods.has(name) ? `it is a method: x.${name}(...)` : functionHint(name, [...globals.keys(), 'has', 'now']);
    return report(frame, ast, 'unknown-function', `unknown function ${name}()`, hint);
  }
  return applied(ast, name, found, args, types, frame);
}

function methodType(ast: Ast, args: readonly [string, Ast, readonly Ast[]], frame: Frame): Type {
  const [name, receiver, rest] = args;
  const types = [receiver, ...rest].map((one) => check(one, frame));
  const found = methods.get(name);
  if (found === undefined) {
    const hint = globals.has(name) ? `it is a function: ${name}(...)` : functionHint(name, [...methods.keys(), ...macros]);
    return report(frame, ast, 'unknown-function', `unknown function .${name}()`, hint);
  }
  return applied(ast, `.${name}`, found, [receiver, ...rest], types, frame);
}

function applied(ast: Ast, name: string, found: FunctionEntry, args: readonly Ast[], types: readonly Type[], frame: Frame): Type {
  if (!found.arity.includes(args.length))
    return report(frame, ast, 'wrong-arguments', `${name}() cannot take ${String(args.length)} arguments`);
  const first = types[0] ?? dyn;
  const isWrong = (type: Type, wanted: readonly string[]): boolean => !['dyn', 'null', ...wanted].includes(type.is);
  if (found.takes !== undefined && isWrong(first, found.takes)) {
    const wanted = [...new Set(found.takes.map(nameOfKind))].join(', ').replace(/, ([^,]*)$/, ' or $1');
    report(frame, args[0] ?? ast, 'type-mismatch', `${name}() needs ${wanted}, not ${nameOfType(first)}`);
  }
  const rest = found.rest === 'number' ? ['number', 'int'] : found.rest === undefined ? undefined : [found.rest];
  for (const [index, type] of types.entries())
    if (index > 0 && rest !== undefined && isWrong(type, rest))
      report(
        frame,
        args[index] ?? ast,
        'type-mismatch',
        `${name}() needs ${nameOfKind(found.rest ?? '')} here, not ${nameOfType(type)}`,
      );
  if (conversions.has(name) && args[0]?.op === 'value' && ['string', 'number', 'bigint'].includes(typeof args[0].args))
    checkLiteral(args[0], args[0].args, found, frame);
  const pattern = args[1];
  if (/(?:matches|find|findAll)$/.test(name) && pattern?.op === 'value' && typeof pattern.args === 'string')
    checkPattern(pattern, pattern.args, frame);
  return resultOf(found.returns, types);
}

const nameOfKind = (kind: string): string =>
  kind === 'int'
    ? nameOfType({ is: 'number' })
    : kind === 'list' || kind === 'map' || kind === 'record'
      ? kind === 'list'
        ? 'a list'
        : 'a map'
      : nameOfType({ is: kind } as Type);

/** A value that is known is converted now: it would fail in the same way in the night. */
const conversions = new Set(['duration', 'timestamp', 'int', 'number', 'double', 'bool']);

function checkLiteral(ast: Ast, literal: unknown, { apply }: FunctionEntry, frame: Frame): void {
  try {
    apply(literal);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    report(frame, ast, 'bad-value', thrown.fault.message, thrown.fault.hint);
  }
}

function checkPattern(ast: Ast, pattern: string, frame: Frame): void {
  try {
    RE2JS.compile(pattern);
  } catch {
    report(frame, ast, 'bad-pattern', 'the pattern is not valid', 'RE2 syntax: no look-around, no back-references');
  }
}

function resultOf(returns: FunctionEntry['returns'], types: readonly Type[]): Type {
  const first = types[0] ?? dyn;
  switch (returns) {
    case 'dynList':
      return { is: 'list', of: dyn };
    case 'counts':
      return {
        is: 'list',
        of: { is: 'record', fields: { value: first.is === 'list' ? first.of : dyn, count: { is: 'int' } }, rest: undefined },
      };
    case 'strings':
      return { is: 'list', of: text };
    case 'element':
      return first.is === 'list' ? first.of : types.length === 1 ? dyn : types.reduce(join);
    case 'list':
      return first.is === 'list' ? first : { is: 'list', of: first.is === 'map' ? first.of : dyn };
    default:
      return { is: returns };
  }
}

function macroType(ast: Ast, args: readonly [string, Ast, readonly Ast[]], frame: Frame): Type {
  const [name, range, [variable, ...bodies]] = args;
  const over = check(range, frame);
  const member = over.is === 'list' ? over.of : over.is === 'map' || over.is === 'record' ? text : dyn;
  if (!['list', 'map', 'record', 'dyn'].includes(over.is))
    report(frame, range, 'type-mismatch', `.${name}() needs a list or a map, not ${nameOfType(over)}`);
  const inner: Frame = { ...frame, roots: { ...frame.roots, [variable?.op === 'id' ? variable.args : '']: member } };
  const types = bodies.map((body) => check(body, inner));
  const last = types.at(-1) ?? dyn;
  const isTest = name === 'map' ? bodies.length === 2 : name !== 'sortBy';
  if (bodies.length > (name === 'map' ? 2 : 1)) return report(frame, ast, 'wrong-arguments', `.${name}() has too many arguments`);
  if (isTest && bodies[0] !== undefined) wantBool(bodies[0], types[0] ?? dyn, `the test of .${name}()`, frame);
  if (name === 'map') return { is: 'list', of: last };
  return name === 'filter' || name === 'sortBy' ? { is: 'list', of: member } : bool;
}
