/** Nothing that moves, colours, hides or fakes reaches a terminal. */
import { describe, expect, it } from 'vitest';
import { inertForRunners, sanitize } from './sanitize.ts';

describe('sanitize', () => {
  it.each([
    ['CSI', 'a\u001b[31;1mb\u001b[0m', 'ab'],
    ['C1 CSI', 'a\u009b31mb', 'ab'],
    ['OSC title', 'a\u001b]0;title\u0007b', 'ab'],
    ['OSC link, ST', 'a\u001b]8;;http://x\u001b\\b', 'ab'],
    ['DCS', 'a\u001bPq#0\u001b\\b', 'ab'],
    ['APC PM SOS', 'a\u001b_x\u001b\\b\u001b^y\u001b\\c\u001bXz\u001b\\d', 'abcd'],
    ['unterminated OSC', 'a\u001b]0;rest', 'a'],
    ['unterminated CSI', 'a\u001b[31', 'a'],
    ['C0', 'a\u0000\u0008\rb', 'ab'],
    ['bidirectional', 'a\u202eb\u2066c\u061c', 'abc'],
    ['zero width', 'a\u200bb\ufeffc', 'abc'],
    ['soft hyphens, joiners, fillers', 'a\u00adb\u034fc\u3164d\u115fe\uffa0f\u180eg', 'abcdefg'],
    ['annotations', 'a\ufff9b\ufffac\ufffb', 'abc'],
    ['tags, which hide a text', `a${String.fromCodePoint(0xe0001, 0xe0065, 0xe0076, 0xe0069, 0xe006c)}b`, 'ab'],
    ['tab and line feed stay', 'a\tb\nc', 'a\tb\nc'],
    ['letters of all kinds stay', 'Grüße 漢字 😀', 'Grüße 漢字 😀'],
  ])('%s', (_name, text, clean) => {
    expect(sanitize(text)).toBe(clean);
  });

  it('is done after one pass: what it returns it returns again', () => {
    const pieces = ['\u001b', '[', ']', '\u009b', 'm', 'x', '\u0007', '\\', '0', '\u202e', '\n'];
    let seed = 7;
    const next = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648);
    for (let i = 0; i < 5000; i++) {
      const text = Array.from({ length: 1 + (next() % 9) }, () => pieces[next() % pieces.length]).join('');
      const once = sanitize(text);
      expect(sanitize(once)).toBe(once);
      expect(once).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }
  });
});

it.each([
  ['a\n  ::error::x', 'a\n  \\::error::x'],
  ['::set-output name=a::b', '\\::set-output name=a::b'],
  ['see ##vso[task.setvariable]x', 'see \\##vso[task.setvariable]x'],
  ['##[error]x', '\\##[error]x'],
  ['std::string ::1 #1 ## [a]', 'std::string ::1 #1 ## [a]'],
])('a runner of builds obeys nothing in %j', (text, inert) => {
  expect(inertForRunners(text)).toBe(inert);
});
