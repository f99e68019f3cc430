/** The words after a program's name, as most programs read them. */

export interface Words {
  /** What is not an option, in order. */
  readonly words: readonly string[];
  /** Options by name without dashes; those that are given more than once keep each value. A flag has the value ''. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** What follows `--`. */
  readonly rest: readonly string[];
}

export interface Shape {
  /** Names of options that take a value. */
  readonly valued: readonly string[];
  /** Names of options that take none; any other option is unknown. */
  readonly flags: readonly string[];
  /** Other name -> the name that is kept, for example n -> lines. */
  readonly alias?: Readonly<Record<string, string>>;
}

/** The unknown option or missing value, if there is one. */
export type Parsed = { readonly is: 'words'; readonly given: Words } | { readonly is: 'wrong'; readonly option: string };

export function parseWords(argv: readonly string[], shape: Shape): Parsed {
  const words: string[] = [];
  const options: Record<string, readonly string[]> = {};
  for (let at = 0; at < argv.length; at += 1) {
    const one = argv[at] ?? '';
    if (one === '--') return { is: 'words', given: { words, options, rest: argv.slice(at + 1) } };
    if (!one.startsWith('-') || one === '-') {
      words.push(one);
      continue;
    }
    const { name, value } = optionOf(one, shape);
    const needsValue = shape.valued.includes(name);
    if (!needsValue && (!shape.flags.includes(name) || value !== undefined)) return { is: 'wrong', option: one };
    const next = needsValue ? (value ?? argv[(at += 1)]) : '';
    if (next === undefined) return { is: 'wrong', option: one };
    options[name] = [...(options[name] ?? []), next];
  }
  return { is: 'words', given: { words, options, rest: [] } };
}

/** `--name`, `--name=value`, `-n`, `-n5` and `-n=5`. */
function optionOf(word: string, { valued, alias = {} }: Shape): { readonly name: string; readonly value: string | undefined } {
  const [bare = '', ...after] = word.split('=');
  const value = after.length === 0 ? undefined : after.join('=');
  const full = (name: string): string => (Object.hasOwn(alias, name) ? (alias[name] ?? name) : name);
  if (word.startsWith('--')) return { name: full(bare.slice(2)), value };
  const letter = full(word[1] ?? '');
  if (word.length > 2 && valued.includes(letter)) return { name: letter, value: word.slice(2).replace(/^=/, '') };
  return { name: full(word.slice(1)), value: undefined };
}

/** The last value of an option. */
export const last = ({ options }: Words, name: string): string | undefined => options[name]?.at(-1);
export const has = ({ options }: Words, name: string): boolean => Object.hasOwn(options, name);
