/**
 * What is known of a program's command line, as plain data. Only what is written in a grammar can be a read: a program, verb or option that no
 * grammar names may do anything. Options are written as their manuals do:
 *
 *     -a         a flag; also inside a cluster such as -la
 *     -n=        takes a value, in the same word or the next one
 *     --color[=] takes a value in the same word only, or none
 */
export interface Grammar {
  readonly options?: string;
  /** `words`: options have one dash and are never clustered (`find -name`, `openssl -in`); `none`: every word is an operand. */
  readonly style?: 'clusters' | 'words' | 'none';
  /** What the first word that is not an option may be. A text names options of the verb beside those of the program. */
  readonly verbs?: Readonly<Record<string, Grammar | string>>;
  /** Further verbs that read, by the way they are named; their options are `freeOptions`. */
  readonly verbsLike?: RegExp;
  /** Reads without a verb as well. */
  readonly bare?: true;
  /** Verbs and programs that spell their verbs in any case. */
  readonly anyCase?: true;
  /** How many operands there may be, or what each must look like; default: any. */
  readonly operands?: number | RegExp;
  /** What the value of an option must look like. */
  readonly values?: Readonly<Record<string, RegExp>>;
  /** One of these options must be there: without it the program does something else. */
  readonly requires?: string;
  /** `-5` is a number of lines. */
  readonly numbers?: true;
  /** Options of the operations of a large interface, which nobody lists: each takes the words that follow it. */
  readonly freeOptions?: RegExp;
  /** The first operand is program text and must look like this; text from templates is not known before the run. */
  readonly code?: RegExp;
  /** The words from this operand on are a command of their own, judged by its own grammar; assignments before it are judged as `env`. */
  readonly wraps?: { readonly after: number; readonly assignments?: true };
  /** Standard input is data to it, not commands. */
  readonly stdin?: true;
  /** Looks at names and never opens them, so a device may be named. */
  readonly names?: true;
  /** Environment variables that do not change what it does, beside those of language and terminal. */
  readonly env?: string;
  /** Verbs and options that certainly change something: nobody can declare them a read. */
  readonly writes?: string;
}

export type Family = Readonly<Record<string, Grammar | string>>;

export type OptionKind = 'flag' | 'value' | 'attached';

/** Later texts win: a verb may give an option of its program another meaning. */
export function optionsOf(...texts: readonly (string | undefined)[]): ReadonlyMap<string, OptionKind> {
  const options = new Map<string, OptionKind>();
  for (const text of texts)
    for (const word of splitWords(text)) {
      const [, name = '', tail = ''] = /^(.*?)(\[=\]|=)?$/.exec(word) ?? [];
      options.set(name, tail === '' ? 'flag' : tail === '=' ? 'value' : 'attached');
    }
  return options;
}

export const splitWords = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? [] : text.trim().split(/\s+/);

export const grammarOf = (entry: Grammar | string): Grammar => (typeof entry === 'string' ? { options: entry } : entry);
