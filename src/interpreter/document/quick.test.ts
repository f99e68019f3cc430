/** The quick reader says what the reader with places says, or nothing. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRunbook } from './load.ts';
import { readQuickly } from './quick.ts';

const texts = ['runbooks.yaml.d', 'src/steps']
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.name.endsWith('.yaml'))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

/** Everything that means something in YAML, and values that readers of YAML disagree about. */
const bits =
  ` |  |\n|\n\n|:|: |-|- |#| #|,|[|]|{|}|"|'|>|?|? |!|&|*|%|@|\`|\\|\t|\r\n|0|1e3|0x1F|.5|5.|+1|~|null|Null|Yes|no|TRUE|1_000|0b1|0o7|012|-0|.inf|-.NaN|9007199254740993|2001-01-01|12:30|<<: |\\x41|\\u263a|é|😀|""|''|[]|{}|\n---\n|...| : |a: b|\u00a0|\u0085|\ufeff|\\\n|{{ a }}|"a" b|'a'b|- - |-\n|\n#|key:|__proto__: |"\\n"`
    .split('|')
    .concat('|', '|-\n', '>+\n', '|2\n');

const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(3), bit: fc.constantFrom('', ...bits) });
const damaged = fc
  .record({
    text: fc.constantFrom(...texts.map(excerpt)),
    start: fc.double({ min: 0, max: 1, noNaN: true }),
    edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
  })
  .map(({ text, start, edits }) => edits.reduce(damage, text(start)));

/** A dozen lines from somewhere in the file, so that an edit matters. */
function excerpt(text: string): (start: number) => string {
  const lines = text.split('\n');
  return (start) => {
    const some = lines.slice(Math.floor(start * lines.length)).slice(0, 12);
    const indent = Math.min(...some.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
    return some.map((line) => `${line.slice(indent)}\n`).join('');
  };
}

function damage(text: string, { at, cut, bit }: { readonly at: number; readonly cut: number; readonly bit: string }): string {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + bit + text.slice(from + cut);
}

/** The same in every suite; with RUNBOOK_PROPERTY_RUNS=100000 so many other ones. */
const longRun = process.env['RUNBOOK_PROPERTY_RUNS'];
const runs = longRun === undefined ? { numRuns: 3000, seed: 1202 } : { numRuns: Number(longRun) };

describe('the quick reader', () => {
  it('reads the runbooks of this repository', () => {
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) expect(readQuickly(text)).toEqual(loadRunbook(text, 'a.yaml').runbook?.data);
  });

  it('reads what the reader with places reads, without a finding, wherever it reads at all', () => {
    let accepted = 0;
    fc.assert(
      fc.property(damaged, (text) => {
        const data = readQuickly(text);
        if (data === undefined) return;
        accepted += 1;
        const { runbook, diagnostics } = loadRunbook(text, 'a.yaml', { anyMapping: true });
        expect(diagnostics).toEqual([]);
        expect(JSON.stringify(runbook?.data)).toBe(JSON.stringify(data));
      }),
      runs,
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it.each([
    ['a: yes', 'a word that is true or false elsewhere'],
    ['a: 0x10', 'another notation of numbers'],
    ['a: 1e3', 'another notation of numbers'],
    ['a: 9007199254740993', 'a number that cannot be kept'],
    ['a: 1\na: 2', 'a key twice'],
    ['1: a', 'a key that is not text'],
    ['<<: { a: 1 }', 'a merge'],
    ['__proto__: { a: 1 }', 'a key with a meaning elsewhere'],
    ['a: &x 1', 'an anchor'],
    ['a: &x 1\nb: *x', 'an alias'],
    ['a: !x 1', 'a tag'],
    ['a: !steps.x.ok', 'a condition that YAML takes for a tag'],
    ['%YAML 1.2\n---\na: 1', 'a directive'],
    [' ---\na: 1', 'an indented mark, which one of them takes for a mark'],
    ['a: 1\n---\nb: 1', 'a second document'],
    ['a:\r\n  b: 1', 'other line ends'],
    ['a:\tb', 'a tab'],
    ['\ufeffa: 1', 'a byte order mark'],
    ['# runbook-lint-disable-next-line a/b: c\na: 1', 'a suppression'],
    ['- a', 'a list'],
    ['a: [1', 'no YAML'],
    ['', 'nothing'],
    [`a: ${'['.repeat(40)}${']'.repeat(40)}`, 'much nesting'],
  ])('leaves %j to the other: %s', (text) => {
    expect(readQuickly(`${text}\n`)).toBeUndefined();
  });
});
