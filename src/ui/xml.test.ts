import { expect, it } from 'vitest';
import { xml } from './xml.ts';

it.each([
  ['a < b & "c" > d', 'a &lt; b &amp; &quot;c&quot; &gt; d'],
  ['\u001b[01;31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007text\u202e', 'text'],
  ['half \ud83d a character', 'half  a character'],
  ['two\n\tlines', 'two\n\tlines'],
])('%j is %j in XML', (text, written) => {
  expect(xml(text)).toBe(written);
});
