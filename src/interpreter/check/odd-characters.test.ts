import { describe, expect, it } from 'vitest';
import { registry } from '../../steps/index.ts';
import { applyFixes } from '../document/fix.ts';
import { loadRunbook } from '../document/load.ts';
import { check } from './check.ts';

const head = 'apiVersion: runbook/v1\nid: example\ntitle: “Example” – as people write\nowners: [team]\n';
const step = (keys: string): string => `${head}steps:\n  - { id: one, type: shell, reads: true, ${keys} }\n`;
const found = async (text: string) => {
  const { runbook, diagnostics } = loadRunbook(text, 'example.yaml');
  return runbook === undefined ? diagnostics : [...diagnostics, ...(await check(runbook, registry))];
};

describe('pasted characters where a program reads', () => {
  it.each([
    ['argv: [echo, hel\u00a0lo]', 'a no-break space (U+00A0)'],
    ['argv: [echo, hel\u202flo]', 'a no-break space (U+202F)'],
    ['argv: [echo, a\u200bb]', 'a zero width character (U+200B)'],
    ['argv: [echo, a\u00adb]', 'a soft hyphen (U+00AD)'],
    ['argv: [echo, “hello”]', 'a curly quote (U+201C)'],
    ['argv: [ls, —all]', 'a long dash (U+2014)'],
    ['script: "ls –l"', 'a long dash (U+2013)'],
    ['argv: ["true"], expect: "value\u00a0== 1"', 'a no-break space (U+00A0)'],
  ])('%s', async (keys, name) => {
    expect((await found(step(keys))).map(({ message }) => message)).toContain(`${name} is here`);
  });

  it.each([
    'argv: [echo, plain], title: “Look” – and see, note: a\u00a0b',
    'script: "echo \'“quoted”\' # comment – with a dash"',
    'argv: [echo, 10–20]',
    'argv: [echo, Störung]',
  ])('not: %s', async (keys) => {
    expect((await found(step(keys))).filter(({ code }) => code === 'yaml/odd-character')).toEqual([]);
  });

  it('the edit puts a plain space', async () => {
    const text = step('script: "echo\u00a0hello"');
    const fixes = (await found(text)).flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
    expect(applyFixes(text, fixes).text).toBe(text.replace('\u00a0', ' '));
  });

  it('in the layout of YAML it is named, not its consequence', async () => {
    const text = `${head}steps:\n  -\u00a0id: one\n    type: shell\n    argv: ["true"]\n`;
    expect(await found(text)).toMatchObject([{ code: 'yaml/syntax', line: 6, column: 4, hint: 'write a plain space' }]);
  });
});
