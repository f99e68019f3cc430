/** Words and options of a command line. */

export interface Words {
  /** What is no option. */
  readonly words: readonly string[];
  /** Option -> its values, in order; an option without a value has ''. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

/** `withValue`: options that take the next word; `short`: -f for --filename. */
export function readWords(argv: readonly string[], withValue: readonly string[], short: Readonly<Record<string, string>>): Words {
  const words: string[] = [];
  const options: Record<string, string[]> = {};
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const [name = '', value] = word.split(/=(.*)/s);
    const long = short[name] ?? name;
    if (value === undefined && withValue.includes(long)) at += 1;
    (options[long] ??= []).push(value ?? (withValue.includes(long) ? (argv[at] ?? '') : ''));
  }
  return { words, options };
}
