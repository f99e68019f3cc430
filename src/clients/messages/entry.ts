/** Entries of the configuration as receivers read them. A mistake is reported before anything is sent, and never with a value. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { nearest } from '../../interpreter/language/suggest.ts';
import type { OpenContext } from '../../interpreter/port/step-type.ts';

export interface ReceiverEntry {
  text(key: string): string | undefined;
  /** Throws when it is missing. */
  needed(key: string, why: string): string;
  /** A text or a list of texts. */
  texts(key: string): readonly string[];
  raw(key: string): Json | undefined;
  /** An address of http or https. Throws without repeating it: it may be a secret. */
  address(key: string, otherwise?: string): URL;
  /** Texts under these keys, and inside of `headers`: never shown. */
  secrets(keys: readonly string[]): readonly string[];
  wrong(words: string): Error;
}

type Data = Readonly<Record<string, Json>>;

const mappingOf = (json: Json | undefined): Data =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Data) : {};

/** Throws for a key that the provider does not know: a misspelt `token` would otherwise be found at night. */
export function readReceiverEntry(open: OpenContext, provider: string, known: readonly string[]): ReceiverEntry {
  const data = mappingOf(open.target);
  const wrong = (words: string): Error =>
    new Error(`the target ${open.targetName ?? open.targetType ?? 'of the message'} (${provider}) ${words}`);
  const unknown = Object.keys(data).find((key) => key !== 'members' && !known.includes(key));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    throw wrong(`has no key "${unknown}": ${near === undefined ? `known: ${known.join(', ')}` : `did you mean "${near}"?`}`);
  }
  const text = (key: string): string | undefined => {
    const one = data[key];
    if (one === undefined) return undefined;
    if (typeof one !== 'string' || one === '') throw wrong(`needs a text as ${key}`);
    return one;
  };
  const needed = (key: string, why: string): string => {
    const one = text(key);
    if (one === undefined) throw wrong(`needs ${key}: ${why}`);
    return one;
  };
  const texts = (key: string): readonly string[] => {
    const one = data[key];
    const all: readonly Json[] = one === undefined ? [] : Array.isArray(one) ? (one as readonly Json[]) : [one];
    return all.map((each) => {
      if (typeof each !== 'string' || each === '') throw wrong(`needs a text, or a list of texts, as ${key}`);
      return each;
    });
  };
  return {
    text,
    needed,
    texts,
    raw: (key) => data[key],
    address: (key, otherwise) => {
      const address = otherwise === undefined ? needed(key, 'where messages go') : (text(key) ?? otherwise);
      const url = URL.canParse(address) ? new URL(address) : undefined;
      if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw wrong(`has no URL of http or https as ${key}`);
      return url;
    },
    secrets: (keys) => [...keys.flatMap(texts), ...Object.values(mappingOf(data['headers'])).map(String)],
    wrong,
  };
}
