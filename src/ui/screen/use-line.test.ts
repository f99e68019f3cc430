import { describe, expect, it } from 'vitest';
import { edited } from './use-line.ts';

const none = { ctrl: false, meta: false, backspace: false, delete: false };

describe('a line being typed', () => {
  it('takes letters, also several at once', () => {
    expect(edited('ab', 'cd', none)).toBe('abcd');
  });
  it.each(['\u007f\u007f', '\b\b'])('erases for each erasure that came glued together: %j', (keys) => {
    expect(edited('abc', keys, none)).toBe('a');
    expect(edited('abc', `${keys}x`, none)).toBe('ax');
  });
  it('Ctrl-U and Ctrl-W erase also when the letters behind them came with them', () => {
    expect(edited('a ticket', '\u0015INC-7', none)).toBe('INC-7');
    expect(edited('one two', '\u0017three', none)).toBe('one three');
  });
  it('erases a letter that takes two units whole', () => {
    expect(edited('a😀', '', { ...none, backspace: true })).toBe('a');
  });
  it('takes a pasted line up to its break', () => {
    expect(edited('', 'yes\nno', none)).toBe('yes');
  });
  it('Ctrl-W erases a word and Ctrl-U everything; other keys of control nothing', () => {
    expect(edited('one two', 'w', { ...none, ctrl: true })).toBe('one ');
    expect(edited('one two', 'u', { ...none, ctrl: true })).toBe('');
    expect(edited('one two', 'a', { ...none, ctrl: true })).toBe('one two');
  });
});
