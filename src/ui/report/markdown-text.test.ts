import { expect, it } from 'vitest';
import { block, code, folded, table, markdownText } from './markdown-text.ts';

it.each([
  ['a <b> & c', 'a &lt;b\\> &amp; c'],
  ['a|b', 'a\\|b'],
  ['**bold** `code`', '\\*\\*bold\\*\\* \\`code\\`'],
  ['ws_gap_ratio and _em_', 'ws_gap_ratio and \\_em\\_'],
  ['[click](http://a) and cacheGate[0] (BTC)', '\\[click\\](http://a) and cacheGate\\[0\\] (BTC)'],
  ['![image](http://a)', '!\\[image\\](http://a)'],
  ['@here ask anna@example.org', '@<!-- -->here ask anna@example.org'],
  ['# heading', '\\# heading'],
  ['1. list', '1\\. list'],
  ['1) list', '1\\) list'],
  ['1.', '1\\.'],
  ['1.3s of 10.0.0.1', '1.3s of 10.0.0.1'],
  ['two\nlines', 'two lines'],
  ['red \u001b[31m', expect.not.stringContaining('\u001b')],
])('text %j', (raw, shown) => {
  expect(markdownText(raw)).toEqual(shown);
});

it.each([
  ['a < b', '`a < b`'],
  ['a | b', '`a \\| b`'],
  ['say `hi`', '`` say `hi` ``'],
  ['', ''],
])('code %j', (raw, shown) => {
  expect(code(raw)).toBe(shown);
});

it('a block ends only where it should', () => {
  expect(block('one\n```\n</details>')).toEqual(['````', 'one', '```', '</details>', '````']);
});

it('tables and folds hold what was escaped for them', () => {
  expect(table(['A', 'B'], [['1', markdownText('2|3')]])).toEqual(['| A | B |', '|---|---|', '| 1 | 2\\|3 |']);
  expect(folded('<x>', ['a'])).toEqual(['<details><summary>&lt;x&gt;</summary>', '', 'a', '', '</details>']);
  expect(folded('nothing', [])).toEqual([]);
});
