/** Reads settings and changes single values in the text itself: comments, order, quotes and layout stay as the author of the file left them. */
import { isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { ExactJson } from '../../interpreter/core/model/json.ts';
import { parseExactJson } from '../../interpreter/core/model/json.ts';
import type { Json } from '../../interpreter/core/model/value.ts';

export type Format = 'yaml' | 'json' | 'toml' | 'ini' | 'env' | 'text';
export type Scalar = string | number | boolean;

/** Words for the operator; the step fails with them before anything is changed. */
export class FormatError extends Error {}

export function formatOf(path: string, given: Format | undefined): Format {
  if (given !== undefined) return given;
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (ending === 'yml' || ending === 'yaml') return 'yaml';
  if (ending === 'json' || ending === 'toml' || ending === 'ini' || ending === 'env') return ending;
  return ending === 'cfg' || ending === 'conf' ? 'ini' : /(^|\/)\.env$/.test(path) ? 'env' : 'text';
}

/** Undefined for plain text. */
export function dataOf(text: string, format: Format): ExactJson | undefined {
  if (format === 'text') return undefined;
  if (format === 'json') return parsedJson(text);
  if (format === 'yaml') return yamlOf(text);
  const data: Record<string, Json> = {};
  for (const line of linesOf(text, format)) {
    const section = line.section === '' ? data : ((data[line.section] ??= {}) as Record<string, Json>);
    section[line.key] = line.value;
  }
  return { json: data, int64: [] };
}

function yamlOf(text: string): ExactJson {
  try {
    return exactYaml(documentOf(text).toJS());
  } catch (problem) {
    if (problem instanceof FormatError) throw problem;
    throw new FormatError('it cannot be read: it is nested too deeply, or its aliases repeat too much');
  }
}

/** YAML read with integers as bigints: those that a double does not hold are carried as text, and so are .inf and .nan. */
function exactYaml(read: unknown): ExactJson {
  const int64: string[] = [];
  const walk = (one: unknown, pointer: string): Json => {
    if (typeof one === 'bigint') {
      if (Number.isSafeInteger(Number(one))) return Number(one);
      if (one < 2n ** 63n && one >= -(2n ** 63n)) int64.push(pointer);
      return String(one);
    }
    if (typeof one === 'number') return Number.isFinite(one) ? one : String(one);
    if (typeof one === 'string' || typeof one === 'boolean') return one;
    if (Array.isArray(one)) return one.map((member: unknown, index) => walk(member, `${pointer}/${String(index)}`));
    if (one === null || typeof one !== 'object') return null;
    return Object.fromEntries(
      Object.entries(one).map(([key, member]) => [
        key,
        walk(member, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
      ]),
    );
  };
  return { json: walk(read, '/data'), int64 };
}

/** The text with one value changed. Throws FormatError when the key is not there: a new key would be a guess about where it belongs. */
export function withValue(
  text: string,
  format: Format,
  key: string,
  value: Scalar,
): { readonly text: string; readonly from: Json } {
  if (format === 'text') throw new FormatError('a plain text has no keys; say format');
  if (format === 'yaml' || format === 'json') return withNode(text, format, key, value);
  const found = linesOf(text, format).filter((line) => (line.section === '' ? line.key : `${line.section}.${line.key}`) === key);
  const [line] = found;
  if (line === undefined) throw new FormatError(`there is no key ${key}`);
  if (found.length > 1) throw new FormatError(`the key ${key} occurs ${String(found.length)} times`);
  const written = lineValue(value, format, text.slice(line.from, line.to));
  return { text: text.slice(0, line.from) + written + text.slice(line.to), from: line.value };
}

function documentOf(text: string): Document.Parsed {
  const document = parseDocument(text, { prettyErrors: false, intAsBigInt: true });
  const [problem] = document.errors;
  if (problem?.code === 'RESOURCE_EXHAUSTION') throw new FormatError('it is nested too deeply to be read');
  if (problem !== undefined) throw new FormatError(`it is not YAML: ${problem.message.split('\n')[0] ?? ''}`);
  return document;
}

function parsedJson(text: string): ExactJson {
  try {
    return parseExactJson(text, '/data');
  } catch (problem) {
    throw new FormatError(`it is not JSON: ${(problem as Error).message}`);
  }
}

/** YAML and JSON: the range of the value's node is replaced, nothing else is written anew. */
function withNode(
  text: string,
  format: 'yaml' | 'json',
  key: string,
  value: Scalar,
): { readonly text: string; readonly from: Json } {
  if (format === 'json') parsedJson(text);
  const document = documentOf(text);
  const path = key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const node: unknown = document.getIn(path, true);
  if (node === undefined) throw new FormatError(`there is no key ${key}`);
  if (!isScalar(node) || !node.range) throw new FormatError(`${key} is not a single value`);
  const [from, to] = node.range;
  const plain =
    typeof value !== 'string' ||
    (format === 'yaml' && /^[A-Za-z][A-Za-z0-9_./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value));
  const written = plain ? String(value) : JSON.stringify(value);
  return {
    text: text.slice(0, from) + (from === to ? ` ${written}` : written) + text.slice(to),
    from: exactYaml(node.value ?? null).json,
  };
}

interface Line {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** Where the value is in the text, quotes included. */
  readonly from: number;
  readonly to: number;
}

const forms: Readonly<Record<'toml' | 'ini' | 'env', RegExp>> = {
  toml: /^([ \t]*)([A-Za-z0-9_.-]+)([ \t]*=[ \t]*)("(?:[^"\\]|\\.)*"|'[^']*'|[^#\s"'[{][^#\r\n]*?)([ \t]*(?:#.*)?)$/,
  ini: /^([ \t]*)([^=:;#[\]\s][^=:\r\n]*?)([ \t]*[=:][ \t]*)(.*?)([ \t]*(?:[ \t][;#].*)?)$/,
  env: /^([ \t]*(?:export[ \t]+)?)([A-Za-z_][A-Za-z0-9_]*)(=)("(?:[^"\\]|\\.)*"|'[^']*'|[^#\r\n]*?)([ \t]*(?:[ \t]#.*)?)$/,
};

/** Settings that are on one line; what does not (arrays, tables in braces) is left alone and has no key here. */
function linesOf(text: string, format: 'toml' | 'ini' | 'env'): readonly Line[] {
  const lines: Line[] = [];
  let section = '';
  let start = 0;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '');
    const head = format === 'env' ? null : /^[ \t]*\[{1,2}([^\]]+)\]{1,2}[ \t]*(?:[#;].*)?$/.exec(line);
    const match = head === null ? forms[format].exec(line) : null;
    if (head !== null) section = (head[1] ?? '').trim();
    if (match !== null) {
      const [, indent = '', key = '', equals = '', value = ''] = match;
      const from = start + indent.length + key.length + equals.length;
      lines.push({ section, key: key.trim(), value: unquoted(value), from, to: from + value.length });
    }
    start += raw.length + 1;
  }
  return lines;
}

const unquoted = (value: string): string =>
  value.startsWith('"') && value.endsWith('"') && value.length > 1
    ? value.slice(1, -1).replaceAll(/\\(["\\$`])/g, '$1')
    : value.startsWith("'") && value.endsWith("'") && value.length > 1
      ? value.slice(1, -1)
      : value;

/** Shells read such files by running them: in double quotes they would still replace `$NAME` and run `$(command)`. */
const inShell = (text: string): string =>
  /[$`\\!]/.test(text) && !text.includes("'") ? `'${text}'` : JSON.stringify(text).replaceAll(/[$`]/g, '\\$&');

/** Quoted as before; TOML texts always, the others where they must. */
function lineValue(value: Scalar, format: 'toml' | 'ini' | 'env', before: string): string {
  const text = String(value);
  if (/[\r\n]/.test(text)) throw new FormatError('a value with a line break does not fit on its line');
  const quote = format === 'env' ? inShell(text) : JSON.stringify(text);
  if (typeof value !== 'string') return format === 'toml' || !/^["']/.test(before) ? text : quote;
  if (format === 'toml' || /^["']/.test(before)) return quote;
  return format === 'env' && !/^[A-Za-z0-9_./:@%+,-]*$/.test(text) ? quote : text;
}
