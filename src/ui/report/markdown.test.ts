/** A report is pasted into tickets: what systems and people wrote is text there, and nothing else. */
import { expect, it } from 'vitest';
import { reportMarkdown } from './markdown.ts';
import type { RunRecord } from './record.ts';

const record = (said: string): RunRecord => ({
  title: said,
  outcome: 'failed',
  still: said,
  facts: [['Run', said]],
  decisions: [{ wall: 'now', by: said, what: said, about: said, reason: said }],
  evidence: [{ key: said, before: '1', after: '2' }],
  sections: [
    {
      title: 'Steps',
      steps: [
        {
          key: said,
          title: said,
          state: 'failed',
          tone: 'bad',
          took: '1s',
          attempts: 1,
          changed: '',
          detail: said,
          sent: '3',
          target: said,
        },
      ],
    },
  ],
  postmortem: [{ title: said, done: true, text: said }],
  timeline: [{ wall: 'now', text: said, strong: true }],
});

it.each([
  ['an image that would be loaded', '![x](http://evil.example/x.png)', '!\\[x\\](http://evil.example/x.png)'],
  ['a link under another name', '[c](javascript:alert(1))', '\\[c\\](javascript:alert(1))'],
  ['HTML', '<img src=x> &lt;', '&lt;img src=x\\> &amp;lt;'],
  ['code and emphasis', '`tick` *a* _b_ ~~c~~ snake_case \\', '\\`tick\\` \\*a\\* \\_b\\_ \\~\\~c\\~\\~ snake_case \\\\'],
  ['another column and another line', 'a | b\nc', 'a \\| b c'],
  ['a call to people', '@team, ana@example.org', '@<!-- -->team, ana@example.org'],
  ['what a terminal obeys', '\u001b[31mred\u001b[0m\u202e', 'red'],
])('%s stays text wherever it occurs', (_what, said, written) => {
  const plain = reportMarkdown(record('PLACE'));
  expect(reportMarkdown(record(said))).toBe(plain.replaceAll('PLACE', () => written));
});
