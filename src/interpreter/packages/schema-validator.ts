/**
 * Validators for schemas that a package brings. Patterns are read by RE2, whose time is linear in the text: with V8's expressions `^(a+)+$` would hold
 * `lint` for hours. References are refused: a few lines of them can stand for more than anybody can validate, and the schema is copied to where they
 * would lead elsewhere.
 */
import type { Options } from 'ajv';
import { Ajv } from 'ajv';
import { RE2JS } from 're2js';
import type { Json } from '../core/model/value.ts';

type RegExpEngine = NonNullable<NonNullable<Options['code']>['regExp']>;

/** ajv tells expressions apart by their text. */
const linear: RegExpEngine = Object.assign(
  (pattern: string): ReturnType<RegExpEngine> & { toString(): string } => {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text) => compiled.matcher(text).find(), toString: () => pattern };
  },
  // Only asked for when validators are written as source text, which these never are.
  { code: 'linear' },
);

export const schemaValidator = (options: Options = {}): Ajv => new Ajv({ strict: false, ...options, code: { regExp: linear } });

const references: ReadonlySet<string> = new Set(['$ref', '$dynamicRef', '$recursiveRef']);

/** Why the schema cannot be used, or undefined. */
export function schemaFault(schema: Json): string | undefined {
  const reference = referenceIn(schema);
  if (reference !== undefined) return `${reference} is not possible in a step type: write the schema out where it is used`;
  try {
    schemaValidator().compile(schema as object);
    return undefined;
  } catch (problem) {
    return `no JSON Schema: ${(problem as Error).message}`;
  }
}

/** Where the first reference stands. A property or a word of data with that name counts as well, which costs nobody anything. */
function referenceIn(schema: Json, at = ''): string | undefined {
  if (schema === null || typeof schema !== 'object') return undefined;
  for (const [key, inner] of Object.entries(schema)) {
    if (references.has(key) && !Array.isArray(schema)) return `${at}/${key}`;
    const found = referenceIn(inner, `${at}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
