import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registry } from '../../steps/index.ts';
import { loadRunbook } from '../document/load.ts';
import { check } from './check.ts';
import { limitWords } from './limit-words.ts';

const words = (keyword: string, params: Readonly<Record<string, unknown>>, value: unknown): string | undefined =>
  limitWords({ keyword, params }, value);

describe('a form of a schema', () => {
  const messages = async (step: string): Promise<readonly string[]> => {
    const head = 'apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\ntargets: { t: http }\nsteps:\n';
    const { runbook } = loadRunbook(`${head}  - ${step}\n`, 'example.yaml');
    if (runbook === undefined) throw new Error('the example is not a document');
    return (await check(runbook, registry)).filter(({ code }) => code === 'value/pattern').map(({ message }) => message);
  };
  it.each([
    [
      '{ id: re-start, type: manual, title: A }',
      'expected a name of letters, digits and _ that begins with a small letter, got the text "re-start"',
    ],
    [
      '{ id: a, type: choose, options: { "b:": { title: B }, c: { title: C } } }',
      'expected at most 64 letters, digits, spaces and _ . + - that begin with a letter or a digit, got the text "b:"',
    ],
    [
      '{ id: a, type: shell, argv: [date], sensitive: b/c, undo: none }',
      'expected a path inside the result that begins with /, got the text "b/c"',
    ],
    [
      '{ id: a, type: http, target: t, url: "http://other.example/x", effect: read }',
      'expected a path below the url of the target, got the text "http://other.example/x"',
    ],
  ])('is told in words, also of a key: %s', async (step, message) => {
    expect(await messages(step)).toEqual([message]);
  });
});

describe('a limit of a schema', () => {
  it.each([
    ['minLength', { limit: 1 }, '', 'expected at least one character, got none'],
    ['maxLength', { limit: 3 }, 'abcd', 'expected at most 3 characters, got 4'],
    ['minItems', { limit: 2 }, ['a'], 'expected at least 2 items, got 1'],
    ['maxItems', { limit: 1 }, ['a', 'b'], 'expected at most one item, got 2'],
    ['minProperties', { limit: 1 }, {}, 'expected at least one key, got none'],
    ['maxProperties', { limit: 1 }, { a: 1, b: 2 }, 'expected at most one key, got 2'],
    ['minimum', { limit: 1 }, 0, 'expected at least 1, got 0'],
    ['maximum', { limit: 65_535 }, 70_000, 'expected at most 65535, got 70000'],
    ['exclusiveMinimum', { limit: 0 }, 0, 'expected more than 0, got 0'],
    ['exclusiveMaximum', { limit: 1 }, 1, 'expected less than 1, got 1'],
    ['uniqueItems', { i: 2, j: 0 }, ['a', 'b', 'a'], 'item 3 is the same as item 1'],
  ] as const)('%s says what was expected and what was found', (keyword, params, value, said) => {
    expect(words(keyword, params, value)).toBe(said);
  });

  it('has words wherever the published schemas have one', () => {
    const found = new Set(schemas('schema').flatMap(keywordsOf));
    const limits = [...found].filter((one) =>
      /^((min|max)(Length|Items|Properties|imum)|exclusive.*|uniqueItems|multipleOf)$/.test(one),
    );
    expect(limits.length).toBeGreaterThan(4);
    expect(limits.filter((one) => words(one, { limit: 1, i: 0, j: 1 }, '') === undefined)).toEqual([]);
  });
});

const schemas = (folder: string): readonly unknown[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((one) => one.endsWith('.json'))
    .map((one) => JSON.parse(readFileSync(join(folder, one), 'utf8')) as unknown);

function keywordsOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, below]) => [key, ...keywordsOf(below)]);
}
