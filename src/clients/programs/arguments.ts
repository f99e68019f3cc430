/** Splits the words of a command into options with their values and operands, by what a grammar knows. */
import { normalize } from 'node:path/posix';
import type { Grammar, OptionKind } from './grammar.ts';

export interface Split {
  readonly operands: readonly string[];
  /** Names of the options that were given. */
  readonly given: ReadonlySet<string>;
}

/** A text: why the words are not understood. */
export type SplitResult = Split | string;

interface Parse {
  readonly grammar: Grammar;
  readonly options: ReadonlyMap<string, OptionKind>;
  readonly words: readonly string[];
  readonly operands: string[];
  readonly given: Set<string>;
}

/** Stops after `most` operands; the rest of the words is left in `rest`. */
export function split(
  grammar: Grammar,
  options: ReadonlyMap<string, OptionKind>,
  words: readonly string[],
  most = Number.POSITIVE_INFINITY,
): (Split & { readonly rest: readonly string[] }) | string {
  const parse: Parse = { grammar, options, words, operands: [], given: new Set() };
  let at = 0;
  while (at < words.length && parse.operands.length < most) {
    const word = words[at] ?? '';
    if (word === '--' && grammar.style === undefined) {
      const left = most - parse.operands.length;
      parse.operands.push(...words.slice(at + 1, at + 1 + left));
      at += 1 + Math.min(left, words.length - at - 1);
      continue;
    }
    const next = isOption(grammar, options, word) ? option(parse, at) : operand(parse, at);
    if (typeof next === 'string') return next;
    at = next;
  }
  return { operands: parse.operands, given: parse.given, rest: words.slice(at) };
}

function isOption(grammar: Grammar, options: ReadonlyMap<string, OptionKind>, word: string): boolean {
  if (grammar.style === 'none') return false;
  return (word.startsWith('-') && word !== '-') || (word.startsWith('+') && options.has(word));
}

function operand(parse: Parse, at: number): number {
  parse.operands.push(parse.words[at] ?? '');
  return at + 1;
}

/** Index of the next word, or why this one is not understood. */
function option(parse: Parse, at: number): number | string {
  const { grammar } = parse;
  const word = parse.words[at] ?? '';
  if (grammar.numbers === true && /^-\d+$/.test(word)) return at + 1;
  if (grammar.freeOptions?.test(word) === true) return afterValues(parse, at);
  if (grammar.style === 'words' || /^--|^\+/.test(word)) return whole(parse, at, word);
  return cluster(parse, at, word);
}

/** All words up to the next option belong to it. */
function afterValues(parse: Parse, at: number): number {
  let next = at + 1;
  while (next < parse.words.length && parse.words[next]?.startsWith('--') === false) next += 1;
  return next;
}

function whole(parse: Parse, at: number, word: string): number | string {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const kind = parse.options.get(name);
  if (kind === undefined) return `${name} is not an option known to read`;
  if (equals >= 0) {
    const value = word.slice(equals + 1);
    if (kind === 'flag' && !/^(?:true|false)$/.test(value)) return `${name} takes no value`;
    return accept(parse, name, value) ?? at + 1;
  }
  if (kind !== 'value') return accept(parse, name, undefined) ?? at + 1;
  return valueBehind(parse, name, at);
}

/** `-la`, `-n5`, `-n 5`. */
function cluster(parse: Parse, at: number, word: string): number | string {
  for (let i = 1; i < word.length; i += 1) {
    const name = `-${word.charAt(i)}`;
    const kind = parse.options.get(name);
    if (kind === undefined) return `${name} is not an option known to read`;
    const rest = word.slice(i + 1);
    if (kind === 'flag') {
      const wrong = accept(parse, name, undefined);
      if (wrong !== undefined) return wrong;
      continue;
    }
    if (rest !== '' || kind === 'attached') return accept(parse, name, rest === '' ? undefined : rest) ?? at + 1;
    return valueBehind(parse, name, at);
  }
  return at + 1;
}

/**
 * A value in a word of its own. Some versions of a program take such an option without a value; then a next word that looks like an option is one, so
 * only numbers and times may begin with a dash.
 */
function valueBehind(parse: Parse, name: string, at: number): number | string {
  const value = parse.words[at + 1];
  if (value !== undefined && /^-[^\d]/.test(value)) return `${value} may be an option, not the value of ${name}`;
  return accept(parse, name, value) ?? at + 2;
}

function accept(parse: Parse, name: string, value: string | undefined): string | undefined {
  parse.given.add(name);
  const pattern = parse.grammar.values?.[name];
  if (pattern !== undefined && !pattern.test(value ?? '')) return `${name} ${value ?? ''} may change something`;
  if (value !== undefined && parse.grammar.names !== true && isDevice(value)) return `${value} is a device`;
  return undefined;
}

/** Opening a device may do something (a watchdog, a tape), and reading some files of the kernel takes what is read. */
export function isDevice(word: string): boolean {
  const path = normalize(word);
  if (/^\/dev\/(?:null|stdin|zero|u?random)$/.test(path)) return false;
  // a folder in memory: what is in it are plain files
  if (/^\/dev\/shm\/./.test(path)) return false;
  return /^\/+dev\//.test(path) || /^\.\.\/.*\bdev\//.test(path) || /^\/+proc\/kmsg$|\/trace_pipe$/.test(path);
}
