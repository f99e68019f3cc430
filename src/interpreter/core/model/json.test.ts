import { describe, expect, it } from 'vitest';
import { parseExactJson } from './json.ts';

describe('JSON without lost digits', () => {
  it.each([
    ['9007199254740993', '9007199254740993', ['']],
    ['9007199254740992', '9007199254740992', ['']],
    ['-9223372036854775808', '-9223372036854775808', ['']],
    ['18446744073709551615', '18446744073709551615', ['']],
    ['[1, 9007199254740993]', [1, '9007199254740993'], ['/1']],
    ['{"a/b": {"~": 9007199254740993}}', { 'a/b': { '~': '9007199254740993' } }, ['/a~1b/~0']],
    ['9007199254740993.0', '9007199254740993', ['']],
    ['9.007199254740993e15', '9007199254740993', ['']],
  ])('%s keeps its digits, with a mark', (text, json, int64) => {
    expect(parseExactJson(text)).toEqual({ json, int64 });
  });

  it.each([
    ['9007199254740991', 9007199254740991],
    ['1e20', 1e20],
    ['-0', -0],
    ['0.1', 0.1],
    ['0.12345678901234567890', 0.12345678901234568],
    ['1e-400', 0],
    ['"9007199254740993"', '9007199254740993'],
    ['"\\"9007199254740993"', '"9007199254740993'],
    ['{"9007199254740993": 1}', { '9007199254740993': 1 }],
  ])('%s is what JSON.parse says', (text, json) => {
    expect(parseExactJson(text)).toEqual({ json, int64: [] });
  });

  it.each([
    ['1e400', '1e400'],
    ['-1e999999999999', '-1e999999999999'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['9007199254740993.5', '9007199254740993.5'],
    ['{"*": 9007199254740993}', { '*': '9007199254740993' }],
  ])('%s stays as written, without a mark', (text, json) => {
    expect(parseExactJson(text)).toEqual({ json, int64: [] });
  });

  it('tells apart a number and a text that looks like its replacement', () => {
    expect(parseExactJson('{"a": "0", "b": 9007199254740993, "c": 0}')).toEqual({
      json: { a: '0', b: '9007199254740993', c: 0 },
      int64: ['/b'],
    });
  });

  it('keeps __proto__ a key like any other', () => {
    const { json } = parseExactJson('{"__proto__": {"id": 9007199254740993}}');
    expect(Object.keys(json as object)).toEqual(['__proto__']);
    expect(JSON.stringify(json)).toBe('{"__proto__":{"id":"9007199254740993"}}');
  });

  it.each(['', '{', '[1,]', '01', '9007199254740993x', `${'['.repeat(600)}9007199254740993${']'.repeat(600)}`])(
    'refuses %.20s',
    (text) => {
      expect(() => parseExactJson(text)).toThrow(SyntaxError);
    },
  );

  it.each([
    ['lists', (depth: number) => '['.repeat(depth) + ']'.repeat(depth)],
    ['mappings', (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
    ['lists that never end', (depth: number) => '['.repeat(depth)],
    ['both, with exact integers', (depth: number) => `${'[{"a":'.repeat(depth / 2)}9007199254740993${'}]'.repeat(depth / 2)}`],
  ])('%s nested beyond all sense are refused before anything walks over them', (_what, text) => {
    expect(() => parseExactJson(text(100_000))).toThrow('nested more than 512 levels');
    expect(() => parseExactJson(text(514))).toThrow('nested more than 512 levels');
  });

  it('brackets in a text are not nesting', () => {
    const text = JSON.stringify(['['.repeat(1000), '\\"{'.repeat(1000)]);
    expect(JSON.stringify(parseExactJson(text).json)).toBe(text);
    expect(parseExactJson(`${'['.repeat(512)}${']'.repeat(512)}`).int64).toEqual([]);
  });
});
