import { describe, expect, it } from 'vitest';
import { charactersOfPage, answerPage, quotedData } from './answer-text.ts';

describe('outside data', () => {
  it('is quoted line by line, whatever ends a line, and moves no terminal', () => {
    expect(quotedData('one\ntwo\r\nthree\rfour\u2028five\u001b[2Jsix')).toBe('> one\n> two\n> threefourfivesix');
  });
});

describe('a long answer', () => {
  const pages = (text: string): readonly string[] => {
    const count = Number(/of (\d+)/.exec(answerPage(text, 1).split('\n').at(-1) ?? '')?.[1] ?? 1);
    return Array.from({ length: count }, (_, index) => answerPage(text, index + 1));
  };

  it('is cut between lines, and its pages together are all of it', () => {
    const lines = Array.from({ length: 2000 }, (_, index) => `line ${String(index)}`);
    const all = pages(lines.join('\n'));
    expect(all.every((page) => page.length <= charactersOfPage)).toBe(true);
    expect(all.flatMap((page) => page.split('\n').filter((line) => line.startsWith('line ')))).toEqual(lines);
  });

  it('that has one long quoted line stays quoted on every page', () => {
    const all = pages(quotedData('x'.repeat(20_000)));
    expect(all.length).toBeGreaterThan(3);
    expect(all.flatMap((page) => page.split('\n')).filter((line) => !/^(?:> x+|\(page .*)$/.test(line))).toEqual([]);
  });

  it('has a last page, which is what every later page is', () => {
    expect(answerPage('short', 7)).toBe('short');
    const text = 'y\n'.repeat(5000);
    expect(answerPage(text, 99)).toBe(answerPage(text, 2));
  });
});
