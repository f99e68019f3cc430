/** Damaged runbooks for properties of lint: real ones, changed as authors, editors, merges and copied text change them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { isRehearsalFile, isTestFile } from '../../src/catalogue/catalogue.ts';

/** Runbooks of this repository: name and text. Without those that call others: here a text is linted alone. */
export function realRunbooks(): readonly (readonly [name: string, text: string])[] {
  return ['runbooks.yaml.d', 'src/steps']
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml') && !isRehearsalFile(entry.name) && !isTestFile(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path, readFileSync(path, 'utf8')] as const)
    .filter(([, text]) => !text.includes('type: runbook'));
}

/** Values that mean something to some reader of YAML, templates or conditions, or to nobody. */
const hostile: readonly string[] = [
  'null',
  '~',
  'NaN',
  '.nan',
  '-.inf',
  '0x1F',
  '1e999',
  '9007199254740993',
  '-0',
  'yes',
  'true',
  '""',
  "''",
  '[]',
  '{}',
  '[[]]',
  '[{ a: 1 }]',
  '{ a: { b: [c] } }',
  '{{',
  '"{{"',
  '"{{}}"',
  '"{{inputs}}"',
  '"{{inputs.}}"',
  '"{{ inputs.a.b.c }}"',
  '"{{inputs.__proto__}}"',
  '"{{#if a}}"',
  '"{{{a}}}"',
  '"}}"',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'steps.toString.value',
  'steps.__proto__.ok',
  'inputs["a"] == 1',
  'value > ',
  '"value.matches(\'(a+)+$\')"',
  '&anchor x',
  '*anchor',
  '!tag x',
  '!!str 1',
  '!!binary aGVsbG8=',
  '? x',
  '| ',
  '>-',
  '@x',
  '`x`',
  '%x',
  '- x',
  '"\\u0000"',
  '"\\x07\\u202e"',
  '"😀🏴‍☠️é́"',
  'ﷺ',
  '日本語',
  '2001-01-01T00:00:00Z',
  '30s',
  '99999999999d',
  `"${'x'.repeat(3000)}"`,
  `"${'('.repeat(400)}"`,
  `"${'a.'.repeat(400)}b"`,
  `${'['.repeat(70)}${']'.repeat(70)}`,
  `"${'{{'.repeat(200)}"`,
  `"${'!'.repeat(500)}true"`,
  `"${'1+'.repeat(500)}1"`,
];

/** Characters and line ends that are put somewhere. */
const bits: readonly string[] =
  '\t|\r\n|\r|\ufeff|\u00a0|\u0085|\u2028|\0|\u0007|😀|\ud800|é|:|: |#| #|-|- |,|{|}|[|]|"|\'|&a |*a|!|!a |---\n|...\n|%YAML 1.1\n|<<: |\n|\n\n|  |? '.split(
    '|',
  );

type Mutation = (text: string) => string;

const lined =
  (change: (lines: string[], at: number) => void) =>
  (where: number): Mutation => {
    return (text) => {
      const lines = text.split('\n');
      change(lines, Math.floor(where * lines.length));
      return lines.join('\n');
    };
  };

/** Doubles would be drawn evenly over their exponents: nearly always the first line. */
const where = fc.nat(999_999).map((n) => n / 1_000_000);
const deleted = where.map(lined((lines, at) => lines.splice(at, 1)));
const doubled = where.map(lined((lines, at) => lines.splice(at, 0, lines[at] ?? '')));
const indented = fc.tuple(where, fc.constantFrom(' ', '  ', '    ', '\t', '')).map(([at, by]) =>
  lined((lines, index) => {
    const line = lines[index] ?? '';
    lines[index] = by === '' ? line.trimStart() : by + line;
  })(at),
);
const swapped = fc.tuple(where, where).map(([one, other]): Mutation => (text) => {
  const values = scalarsOf(text);
  const [a, b] = [values[Math.floor(one * values.length)], values[Math.floor(other * values.length)]].sort(
    (x, y) => (x?.[0] ?? 0) - (y?.[0] ?? 0),
  );
  if (a === undefined || b === undefined || a[1] > b[0]) return text;
  return text.slice(0, a[0]) + text.slice(...b) + text.slice(a[1], b[0]) + text.slice(...a) + text.slice(b[1]);
});
const replaced = fc.tuple(where, fc.constantFrom(...hostile)).map(([at, by]): Mutation => (text) => {
  const values = scalarsOf(text);
  const [from, to] = values[Math.floor(at * values.length)] ?? [0, 0];
  return text.slice(0, from) + by + text.slice(to);
});
const inserted = fc.tuple(where, fc.constantFrom(...bits)).map(([at, bit]): Mutation => (text) => {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + bit + text.slice(from);
});
const cut = where.map(
  (at): Mutation =>
    (text) =>
      Buffer.from(text)
        .subarray(0, Math.floor(at * Buffer.byteLength(text)))
        .toString(),
);
const whole = fc.constantFrom<Mutation>(
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => `\ufeff${text}`,
  (text) => text.trimEnd(),
  (text) => text.replaceAll('  ', '\t'),
  (text) => `${text}---\n${text}`,
  (text) => text.replaceAll('{{', '{{{'),
);

const strange: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  '',
  'x',
  '{{',
  '{{inputs.x}}',
  'steps.x.value',
  [],
  {},
  [null],
  [[]],
  [1, 'a', {}],
  { a: 1 },
  { '': 1 },
  { 'a/b~c': { d: [null] } },
  { type: 'shell' },
  { steps: [] },
  { toString: 1 },
  { hasOwnProperty: 'x', valueOf: {} },
  'toString',
  'x'.repeat(70_000),
];

/** Another value anywhere in the document: of another kind, or from another place of it. */
const otherKind = fc
  .tuple(where, where, fc.constantFrom('strange', 'moved', 'listed', 'gone'), fc.constantFrom(...strange))
  .map(([at, from, what, value]): Mutation => (text) => {
    const data = dataOf(text);
    const paths = pathsOf(data);
    const path = paths[Math.floor(at * paths.length)];
    const key = path?.at(-1);
    if (path === undefined || key === undefined) return text;
    const holder = valueAt(data, path.slice(0, -1)) as Record<string, unknown>;
    const other = valueAt(data, paths[Math.floor(from * paths.length)] ?? []);
    if (what === 'gone') Reflect.deleteProperty(holder, key);
    else holder[key] = structuredClone(what === 'moved' ? other : what === 'listed' ? [holder[key]] : value);
    return stringify(data, { lineWidth: 0, aliasDuplicateObjects: false });
  });

function dataOf(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return null;
  }
}

function pathsOf(json: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (json === null || typeof json !== 'object') return [path];
  return [path, ...Object.entries(json).flatMap(([key, one]) => pathsOf(one, [...path, key]))];
}

const valueAt = (json: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], json);

const mutation = fc.oneof(
  { weight: 8, arbitrary: otherKind },
  { weight: 3, arbitrary: deleted },
  { weight: 2, arbitrary: doubled },
  { weight: 3, arbitrary: indented },
  { weight: 3, arbitrary: swapped },
  { weight: 6, arbitrary: replaced },
  { weight: 3, arbitrary: inserted },
  { weight: 1, arbitrary: cut },
  { weight: 1, arbitrary: whole },
);

/** Ranges of what looks like a value: after `key: `, `- `, or between commas. */
function scalarsOf(text: string): readonly (readonly [from: number, to: number])[] {
  return [...text.matchAll(/(?<=(?:: |- |, |\[))(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}[\],#][^,{}[\]#\n]*)/g)].map(
    (match) => [match.index, match.index + match[0].trimEnd().length] as const,
  );
}

/** One to three mutations of one of the texts. */
export const damagedRunbook = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...texts), fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([text, mutations]) => mutations.reduce((at, change) => change(at), text));
