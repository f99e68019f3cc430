/**
 * Whether a command only reads: the one judgement for lint, plan, `check` and the moment before a command starts. It looks at words and knows
 * nothing of this machine, so it says the same everywhere.
 */
import { isDevice, split } from './arguments.ts';
import type { Split } from './arguments.ts';
import { programs, writers } from './families/index.ts';
import type { Grammar } from './grammar.ts';
import { grammarOf, optionsOf, splitWords } from './grammar.ts';

export interface CommandLine {
  /** Texts as known: templates stand for themselves before the run. */
  readonly argv: readonly string[];
  /** Names of environment variables that the step sets or passes on. */
  readonly env?: readonly string[];
  readonly stdin?: boolean;
}

/** `write`: it certainly changes something. `unknown`: nobody here knows, so it counts as a write unless the author states otherwise. */
export type Judgement = { readonly is: 'read' } | { readonly is: 'write' | 'unknown'; readonly why: string };

const read: Judgement = { is: 'read' };
const unknown = (why: string): Judgement => ({ is: 'unknown', why });
const write = (why: string): Judgement => ({ is: 'write', why });

/** Of language, time and terminal: they change how something is shown. */
const harmless = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|COLUMNS|LINES|NO_COLOR)$/;
/** A wrapper in a wrapper in a wrapper is not an everyday command. */
const deepest = 4;

export function judgeCommand(command: CommandLine, depth = 0): Judgement {
  const [name = '', ...words] = command.argv;
  if (name.includes('{{')) return unknown('the program is known only in a run');
  if (name.includes('/')) return unknown(`${name} is a file of its own, not a known program`);
  if (writers.has(name)) return write(`${name} changes something`);
  if (!Object.hasOwn(programs, name)) return unknown(`${name} is not a program known to read`);
  const entry = grammarOf(programs[name] ?? '');
  if (entry.wraps !== undefined) return judgeWrapped(name, entry, command, depth);
  const behaviour = (command.env ?? []).find((one) => !harmless.test(one) && !splitWords(entry.env).includes(one));
  const verdict = judgeWords(name, entry, undefined, words);
  if (verdict.is !== 'read') return verdict;
  if (behaviour !== undefined) return unknown(`the variable ${behaviour} may change what ${name} does`);
  if (command.stdin === true && entry.stdin !== true) return unknown(`${name} may take commands from standard input`);
  return read;
}

function judgeWords(name: string, grammar: Grammar, inherited: string | undefined, words: readonly string[]): Judgement {
  const known = optionsOf(inherited, grammar.options);
  const changing = splitWords(grammar.writes);
  const chosen = words.find((one) => changing.includes(one.split('=')[0] ?? ''));
  const doubt = (why: string): Judgement =>
    chosen === undefined ? unknown(`${name}: ${why}`) : write(`${name} ${chosen} changes something`);
  const hasVerbs = grammar.verbs !== undefined || grammar.verbsLike !== undefined;
  const cut = split(grammar, known, words, hasVerbs ? 1 : Number.POSITIVE_INFINITY);
  if (typeof cut === 'string') return doubt(cut);
  if (hasVerbs) return judgeVerb(name, grammar, inherited, cut);
  const wrong = wrongOperands(grammar, cut);
  return wrong === undefined ? read : doubt(wrong);
}

function judgeVerb(
  name: string,
  grammar: Grammar,
  inherited: string | undefined,
  { operands: [given], rest }: Split & { readonly rest: readonly string[] },
): Judgement {
  if (given === undefined) return grammar.bare === true ? read : unknown(`${name} without a verb is not known to read`);
  const below = verbOf(grammar, grammar.anyCase === true ? given.toLowerCase() : given);
  if (below === undefined)
    return splitWords(grammar.writes).includes(given)
      ? write(`${name} ${given} changes something`)
      : unknown(`${name} ${given} is not known to read`);
  const options = [inherited, grammar.options].filter((one) => one !== undefined).join(' ');
  const style = below.style ?? grammar.style;
  // Options that write do so behind every verb; verbs of the program are not verbs there.
  const writes = [...splitWords(grammar.writes).filter((one) => one.startsWith('-')), ...splitWords(below.writes)].join(' ');
  const inner = { ...below, writes, ...(style === undefined ? {} : { style }), values: { ...grammar.values, ...below.values } };
  return judgeWords(`${name} ${given}`, inner, options, rest);
}

function verbOf(grammar: Grammar, verb: string): Grammar | undefined {
  if (grammar.verbs !== undefined && Object.hasOwn(grammar.verbs, verb)) return grammarOf(grammar.verbs[verb] ?? '');
  if (grammar.verbsLike?.test(verb) !== true) return undefined;
  return grammar.freeOptions === undefined ? {} : { freeOptions: grammar.freeOptions };
}

function wrongOperands(grammar: Grammar, { operands, given }: Split): string | undefined {
  const needed = splitWords(grammar.requires);
  if (needed.length > 0 && !needed.some((one) => given.has(one))) return `it is known to read only with ${needed.join(' or ')}`;
  const [text] = operands;
  if (grammar.code !== undefined && (text === undefined || text.includes('{{') || !grammar.code.test(text)))
    return 'the program text is not known to read';
  const { operands: may } = grammar;
  if (typeof may === 'number' && operands.length > may)
    return `it is known to read with ${may === 0 ? 'no operand' : `at most ${String(may)} operand${may === 1 ? '' : 's'}`}`;
  const odd = may instanceof RegExp ? operands.find((one) => !may.test(one)) : undefined;
  if (odd !== undefined) return `with the operand ${odd} it may change something`;
  const device = grammar.names === true ? undefined : operands.find(isDevice);
  return device === undefined ? undefined : `${device} is a device`;
}

/** `timeout 5 df`: the options of the wrapper end at its first operand. */
function judgeWrapped(name: string, grammar: Grammar, command: CommandLine, depth: number): Judgement {
  const words = command.argv.slice(1);
  const after = grammar.wraps?.after ?? 0;
  const cut = split(grammar, optionsOf(grammar.options), words, after);
  if (typeof cut === 'string') return unknown(`${name}: ${cut}`);
  const options = after === 0 ? leadingOptions(grammar, words) : cut.rest;
  if (typeof options === 'string') return unknown(`${name}: ${options}`);
  const wrong = wrongOperands(grammar, cut);
  if (wrong !== undefined) return unknown(`${name}: ${wrong}`);
  const names: string[] = [];
  let rest = options;
  while (grammar.wraps?.assignments === true && /^[A-Za-z_]\w*=/.test(rest[0] ?? '')) {
    names.push((rest[0] ?? '').split('=')[0] ?? '');
    rest = rest.slice(1);
  }
  if (rest.length === 0) return grammar.bare === true ? read : unknown(`${name} without a command is not known to read`);
  if (depth >= deepest) return unknown('the command is wrapped too deep');
  return judgeCommand({ ...command, argv: rest, env: [...(command.env ?? []), ...names] }, depth + 1);
}

/** The words behind the options of a wrapper that has no operand of its own. */
function leadingOptions(grammar: Grammar, words: readonly string[]): readonly string[] | string {
  const cut = split(grammar, optionsOf(grammar.options), words, 1);
  if (typeof cut === 'string') return cut;
  return cut.operands.length === 0 ? [] : words.slice(words.length - cut.rest.length - 1);
}
