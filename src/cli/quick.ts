/**
 * The verbs that editors, hooks and shells call all the time, told once: commander builds their help from this table, and plain
 * calls of them are read here without loading commander (a tenth of the start of `lint`). Whatever is not plain (an abbreviation,
 * --help, an unknown or doubtful word) is left to commander, which explains it.
 */
import { outputForms } from '../console/output-forms.ts';

export interface QuickVerb {
  readonly name: string;
  /** As commander wants it; `[files...]` means that words without a dash are allowed. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly QuickOption[];
  call(words: readonly string[], options: Readonly<Record<string, string>>): Promise<number>;
}

export interface QuickOption {
  readonly short?: string;
  readonly name: string;
  /** Name of its value; without one it is a flag, and the line is left to commander. */
  readonly value?: string;
  readonly description: string;
  /** All values that are possible. */
  readonly choices?: readonly string[];
}

const output = { short: 'o', name: 'output', value: 'form', description: 'form of the result' } as const;
const catalogue: QuickOption = { name: 'catalogue', value: 'folder', description: 'folder of runbooks' };

export const quickVerbs: readonly QuickVerb[] = [
  {
    name: 'lint',
    usage: 'lint [files...]',
    description: 'find mistakes in runbooks: files, folders or ids (default: the catalogue)',
    options: [
      { ...output, choices: outputForms.lint },
      { name: 'config', value: 'file', description: 'also check the targets of this configuration' },
      { short: 'e', name: 'env', value: 'name', description: 'environment of the configuration' },
      { name: 'commands', description: 'also warn of programs in shell steps that this machine does not have' },
      { name: 'strict', value: 'codes', description: 'count these warnings as errors: codes with commas, or all' },
      { name: 'watch', description: 'lint again after each change, until Ctrl-C' },
      { name: 'fix', description: 'correct what has one right answer; layout and comments stay' },
      { name: 'dry-run', description: 'with --fix: print what would change, write nothing' },
      catalogue,
    ],
    call: async (words, options) => (await import('../commands/lint/lint.ts')).lint(words, options),
  },
  {
    name: 'list',
    usage: 'list',
    description: 'list the runbooks of the catalogue',
    options: [{ ...output, choices: outputForms.list }, catalogue],
    call: async (_words, options) => (await import('../commands/list.ts')).list(options),
  },
];

/** Flags as commander writes them: `-o, --output <form>`. */
export const flagsOf = (option: QuickOption): string =>
  `${option.short === undefined ? '' : `-${option.short}, `}--${option.name}${option.value === undefined ? '' : ` <${option.value}>`}`;

/** The plain call of a quick verb, or undefined: then commander reads the line. */
export function quickCall(argv: readonly string[]): (() => Promise<number>) | undefined {
  const verb = quickVerbs.find((one) => one.name === argv[0]);
  if (verb === undefined) return undefined;
  const words: string[] = [];
  const options: Record<string, string> = {};
  for (let at = 1; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) {
      words.push(word);
      continue;
    }
    const option = verb.options.find((one) => word === `--${one.name}` || (one.short !== undefined && word === `-${one.short}`));
    const value = argv[(at += 1)];
    if (option?.value === undefined || value === undefined || value.startsWith('-')) return undefined;
    if (option.choices !== undefined && !option.choices.includes(value)) return undefined;
    options[option.name] = value;
  }
  if (words.length > 0 && !verb.usage.includes('...')) return undefined;
  return () => verb.call(words, options);
}
