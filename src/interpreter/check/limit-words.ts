/** Limits and forms of a schema in the words of every other finding: what was expected, and what was found instead. */

/** As a validator tells it. */
interface Broken {
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Undefined: the keyword is no limit. */
export function limitWords({ keyword, params }: Broken, value: unknown): string | undefined {
  const limit = Number(params['limit']);
  switch (keyword) {
    case 'minLength':
    case 'maxLength':
      return expected(keyword, limit, 'character', String(value).length);
    case 'minItems':
    case 'maxItems':
      return expected(keyword, limit, 'item', sizeOf(value));
    case 'minProperties':
    case 'maxProperties':
      return expected(keyword, limit, 'key', sizeOf(value));
    case 'minimum':
    case 'maximum':
      return `expected ${keyword === 'minimum' ? 'at least' : 'at most'} ${String(limit)}, got ${String(value)}`;
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `expected ${keyword === 'exclusiveMinimum' ? 'more' : 'less'} than ${String(limit)}, got ${String(value)}`;
    case 'uniqueItems':
      return `item ${String(Number(params['i']) + 1)} is the same as item ${String(Number(params['j']) + 1)}`;
    default:
      return undefined;
  }
}

function expected(keyword: string, limit: number, what: string, found: number): string {
  const most = keyword.startsWith('max');
  const some = `${most ? 'at most' : 'at least'} ${limit === 1 ? 'one' : String(limit)} ${what}${limit === 1 ? '' : 's'}`;
  return `expected ${some}, got ${found === 0 ? 'none' : String(found)}`;
}

const sizeOf = (value: unknown): number => (typeof value === 'object' && value !== null ? Object.keys(value).length : 0);

const forms: Readonly<Record<string, string>> = {
  '^[a-z][A-Za-z0-9_]*$': 'a name of letters, digits and _ that begins with a small letter',
  '^[a-z0-9]+(-[a-z0-9]+)*$': 'words of small letters and digits, joined by -',
  '^[A-Za-z_][A-Za-z0-9_]*$': 'the name of a variable: letters, digits and _',
  '^[A-Za-z0-9][A-Za-z0-9 _.+-]{0,63}$': 'at most 64 letters, digits, spaces and _ . + - that begin with a letter or a digit',
  '^[^:]*([/?].*)?$': 'a path below the url of the target',
  '^/.': 'a path inside the result that begins with /',
};

/** What a text has to be, where its pattern is one of ours. */
export const formWords = (pattern: string): string | undefined => (Object.hasOwn(forms, pattern) ? forms[pattern] : undefined);
