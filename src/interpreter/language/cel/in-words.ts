/** A condition as a sentence, for pages that people follow by hand. What has no words stays as written, in backticks. */
import type { Ast } from './ast.ts';
import { pathOf } from './ast.ts';
import { astOf } from './condition.ts';

/** `inputs`: values to add to the names of inputs. Undefined: the condition cannot be read, or consists of nothing but itself. */
export function inWords(source: string, inputs: Readonly<Record<string, unknown>> = {}): string | undefined {
  const ast = astOf(source);
  if (ast === undefined) return undefined;
  const words = claim(ast, { source, inputs });
  return words === `\`${source.trim()}\`` ? undefined : words;
}

interface Context {
  readonly source: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}
type Writer = (ast: Ast, context: Context) => string;

const comparisons: Readonly<Record<string, string>> = {
  '==': 'is',
  '!=': 'is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
};
const tests: Readonly<Record<string, string>> = {
  startsWith: 'begins with',
  endsWith: 'ends with',
  contains: 'contains',
  matches: 'matches',
};
const quantifiers: Readonly<Record<string, string>> = {
  all: 'for every',
  exists: 'for at least one',
  exists_one: 'for exactly one',
};

/** Something that is true or false. */
const claim: Writer = (ast, context) => {
  if (ast.op === '&&' || ast.op === '||') {
    const word = ast.op === '&&' ? 'and' : 'or';
    return ast.args.map((one) => inside(one, ast.op, context)).join(`, ${word} `);
  }
  if (ast.op === '!_')
    return pathOf(ast.args) === undefined ? `not (${claim(ast.args, context)})` : `${term(ast.args, context)} is false`;
  if (ast.op === '?:') {
    const [condition, yes, no] = ast.args;
    return `if ${claim(condition, context)}: ${claim(yes, context)}; otherwise: ${claim(no, context)}`;
  }
  if (ast.op === 'in') return compared(ast.args, ast.op, ast.args[1].op === 'list' ? 'is one of' : 'is in', context);
  const comparison = Object.hasOwn(comparisons, ast.op) ? comparisons[ast.op] : undefined;
  if (comparison !== undefined) return compared(ast.args as readonly [Ast, Ast], ast.op, comparison, context);
  if (pathOf(ast) !== undefined) return `${term(ast, context)} is true`;
  return called(ast, context) ?? term(ast, context);
};

/** `a && (b || c)`: the inner one in parentheses. */
const inside = (ast: Ast, around: string, context: Context): string => {
  const isMixed = (ast.op === '&&' || ast.op === '||' || ast.op === '?:') && ast.op !== around;
  return isMixed ? `(${claim(ast, context)})` : claim(ast, context);
};

function compared([left, right]: readonly [Ast, Ast], op: string, word: string, context: Context): string {
  const isNothing = right.op === 'value' && right.args === null;
  if (isNothing && op === '!=') return `there is ${article(left, context)}`;
  if (isNothing && op === '==') return `there is no ${bare(left, context)}`;
  return `${term(left, context)} ${word} ${term(right, context)}`;
}
const bare: Writer = (ast, context) => term(ast, context).replace(/^the /, '');
const article: Writer = (ast, context) => `${/^[aeiou]/.test(bare(ast, context)) ? 'an' : 'a'} ${bare(ast, context)}`;

/** Calls that are true or false. */
function called(ast: Ast, context: Context): string | undefined {
  if (ast.op === 'call' && ast.args[0] === 'empty' && ast.args[1][0] !== undefined)
    return `${term(ast.args[1][0], context)} is empty`;
  if (ast.op !== 'rcall') return undefined;
  const [name, subject, [first, second]] = ast.args;
  const quantifier = Object.hasOwn(quantifiers, name) ? quantifiers[name] : undefined;
  if (quantifier !== undefined && first?.op === 'id' && second !== undefined)
    return `${quantifier} \`${first.args}\` of ${term(subject, context)}: ${claim(second, context)}`;
  const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
  return test === undefined || first === undefined ? undefined : `${term(subject, context)} ${test} ${term(first, context)}`;
}

/** Something that has a value. */
const term: Writer = (ast, context) => {
  const path = pathOf(ast);
  if (path !== undefined) return named(path, context) ?? written(ast, context);
  if (ast.op === 'value') return typeof ast.args === 'string' ? JSON.stringify(ast.args) : String(ast.args);
  if (ast.op === 'list') return ast.args.map((one) => term(one, context)).join(', ') || 'an empty list';
  if (ast.op === '[]') return `${term(ast.args[0], context)} for ${term(ast.args[1], context)}`;
  const [name, subject] = callOf(ast);
  if (name === 'size' && subject !== undefined) return `the length of ${term(subject, context)}`;
  // Conversions change how a value is compared, not what it is.
  if ((name === 'int' || name === 'double' || name === 'string') && subject !== undefined) return term(subject, context);
  if (name === 'duration' && subject?.op === 'value') return String(subject.args);
  return written(ast, context);
};

const callOf = (ast: Ast): readonly [name?: string, subject?: Ast | undefined] => {
  if (ast.op === 'call') return [ast.args[0], ast.args[1][0]];
  return ast.op === 'rcall' && ast.args[2].length === 0 ? [ast.args[0], ast.args[1]] : [];
};
const written: Writer = (ast, { source }) => `\`${source.slice(ast.start, ast.end).trim()}\``;

/** What a path means to somebody who knows the page, but not the language. */
function named([root = '', name, ...rest]: readonly string[], { inputs }: Context): string | undefined {
  const field = rest.length === 0 ? '' : `\`${rest.join('.')}\` of `;
  if (root === 'value') return name === undefined ? 'the value' : `\`${[name, ...rest].join('.')}\` of the value`;
  if (root === 'item') return name === undefined ? 'the item' : `\`${[name, ...rest].join('.')}\` of the item`;
  if (name === undefined) return undefined;
  if (root === 'result') return `\`${[name, ...rest].join('.')}\` of the result`;
  if (root === 'run' && name === 'elapsed') return 'the time since the start';
  if (root === 'steps') {
    const [first, ...others] = rest;
    const what = first === 'value' ? 'the value' : `\`${first ?? ''}\``;
    return `${others.length === 0 ? '' : `\`${others.join('.')}\` of `}${first === undefined ? 'the result' : what} of step ${name}`;
  }
  if (root !== 'inputs') return undefined;
  const known = Object.hasOwn(inputs, name) && rest.length === 0 ? ` (${JSON.stringify(inputs[name])})` : '';
  return `${field}the input ${name}${known}`;
}

/** The same for something that is not true or false: a list to go through. */
export function valueInWords(source: string, inputs: Readonly<Record<string, unknown>> = {}): string {
  const ast = astOf(source);
  return ast === undefined ? `\`${source}\`` : term(ast, { source, inputs });
}
