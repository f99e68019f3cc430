/** What a command has made of a key, if it worked: an undo compares with it before it puts anything back. */

const many: ReadonlySet<string> = new Set(['DEL', 'UNLINK']);

export interface Made {
  /** `string`: this text is there; `none`: nothing; `ttl`: only its time to live was touched. */
  readonly kind: 'string' | 'none' | 'ttl';
  readonly value: string;
  /** Milliseconds from the moment of the command; `never` expires; `any`: cannot be told. */
  readonly ttl: number | 'never' | 'any';
}

const commandOf = (argv: readonly string[]): string => (argv[0] ?? '').toUpperCase();

export const keysOf = (argv: readonly string[]): readonly string[] =>
  many.has(commandOf(argv)) ? argv.slice(1) : argv.slice(1, 2);

export const setsFields = (argv: readonly string[]): boolean => commandOf(argv) === 'HSET';

/** Fields and values of HSET; of a field that is named twice the last value counts. */
export function fieldsOf(argv: readonly string[]): ReadonlyMap<string, string> {
  const rest = argv.slice(2);
  return new Map(rest.flatMap((name, at) => (at % 2 === 0 ? [[name, rest[at + 1] ?? ''] as const] : [])));
}

export function madeOf(argv: readonly string[]): Made {
  const name = commandOf(argv);
  const amount = Number(argv[2]);
  if (many.has(name)) return { kind: 'none', value: '', ttl: 'any' };
  if (name === 'SET') return { kind: 'string', value: argv[2] ?? '', ttl: ttlOfSet(argv.slice(3)) };
  if (name === 'PERSIST') return { kind: 'ttl', value: '', ttl: 'never' };
  return { kind: 'ttl', value: '', ttl: name === 'EXPIRE' ? amount * 1000 : amount };
}

function ttlOfSet(options: readonly string[]): Made['ttl'] {
  const names = options.map((one) => one.toUpperCase());
  for (const [unit, factor] of [['EX', 1000] as const, ['PX', 1] as const]) {
    const at = names.indexOf(unit);
    if (at !== -1) return Number(options[at + 1]) * factor;
  }
  return names.some((one) => /^(KEEPTTL|EXAT|PXAT)$/.test(one)) ? 'any' : 'never';
}
