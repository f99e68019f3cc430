/** The syntax tree of a condition, as the CEL parser delivers it, reduced to what the language uses. */
/** `expect: none`: the value is null, or has nothing in it. */
export const isNone = (source: string): boolean => source.trim() === 'none';

interface At {
  /** Offsets in the source. */
  readonly start: number;
  readonly end: number;
}

export type BinaryOperator = '!=' | '==' | 'in' | '+' | '-' | '*' | '/' | '%' | '<' | '<=' | '>' | '>=';
const binaryOperators: readonly string[] = ['!=', '==', 'in', '+', '-', '*', '/', '%', '<', '<=', '>', '>='];

export type Ast = At &
  (
    | { readonly op: 'value'; readonly args: unknown }
    | { readonly op: 'id'; readonly args: string }
    | { readonly op: '.' | '.?'; readonly args: readonly [Ast, string] }
    | { readonly op: '[]' | '[?]' | '||' | '&&' | BinaryOperator; readonly args: readonly [Ast, Ast] }
    | { readonly op: 'call'; readonly args: readonly [string, readonly Ast[]] }
    | { readonly op: 'rcall'; readonly args: readonly [string, Ast, readonly Ast[]] }
    | { readonly op: 'list'; readonly args: readonly Ast[] }
    | { readonly op: 'map'; readonly args: readonly (readonly [Ast, Ast])[] }
    | { readonly op: '?:'; readonly args: readonly [Ast, Ast, Ast] }
    | { readonly op: '!_' | '-_'; readonly args: Ast }
  );

export const isBinary = (op: string): op is BinaryOperator => binaryOperators.includes(op);

/** Macros bind a name of their own in their later arguments. */
export const macros: readonly string[] = ['all', 'exists', 'exists_one', 'map', 'filter', 'sortBy'];

export const isMacro = (ast: Ast): boolean =>
  ast.op === 'rcall' && macros.includes(ast.args[0]) && ast.args[2].length >= 2 && ast.args[2][0]?.op === 'id';

/** `a.b.c` -> [a, b, c], `m["x"]` included; undefined when the node is not a static path. */
export function pathOf(ast: Ast): readonly string[] | undefined {
  if (ast.op === 'id') return [ast.args];
  if (ast.op === '.') {
    const base = pathOf(ast.args[0]);
    return base === undefined ? undefined : [...base, ast.args[1]];
  }
  if (ast.op === '[]' && ast.args[1].op === 'value' && typeof ast.args[1].args === 'string') {
    const base = pathOf(ast.args[0]);
    return base === undefined ? undefined : [...base, ast.args[1].args];
  }
  return undefined;
}

function childrenOf(ast: Ast): readonly Ast[] {
  switch (ast.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [ast.args[0]];
    case 'call':
      return ast.args[1];
    case 'rcall':
      return [ast.args[1], ...ast.args[2]];
    case 'list':
      return ast.args;
    case 'map':
      return ast.args.flat();
    case '!_':
    case '-_':
      return [ast.args];
    default:
      return ast.args;
  }
}

/** Every name that the expression reads, as the longest static path; names bound by macros are left out. */
export function readPaths(ast: Ast): readonly string[][] {
  const found: string[][] = [];
  collect(ast, [], found);
  return found;
}

function collect(ast: Ast, bound: readonly string[], found: string[][]): void {
  const path = pathOf(ast);
  if (path !== undefined) {
    if (!bound.includes(path[0] ?? '')) found.push([...path]);
    return;
  }
  const first = ast.op === 'rcall' ? ast.args[2][0] : undefined;
  if (ast.op === 'rcall' && isMacro(ast) && first?.op === 'id') {
    collect(ast.args[1], bound, found);
    for (const body of ast.args[2].slice(1)) collect(body, [...bound, first.args], found);
    return;
  }
  for (const child of childrenOf(ast)) collect(child, bound, found);
}
