import type { Key } from 'ink';
import { useRef, useState } from 'react';

export interface EditedLine {
  /** What has been typed, also when keys come faster than frames. */
  readonly text: () => string;
  readonly set: (text: string) => void;
  /** A key of the line itself: letters, Backspace, Ctrl-W (a word), Ctrl-U (everything). Others change nothing. */
  readonly type: (input: string, key: Key) => void;
}

/** A line being typed. Keys may come faster than frames, so the newest text is kept beside what is drawn. */
export function useLine(begin: string): EditedLine {
  const newest = useRef(begin);
  const [, draw] = useState(begin);
  const set = (text: string): void => {
    newest.current = text;
    draw(text);
  };
  return {
    text: () => newest.current,
    set,
    type: (input, key) => {
      set(edited(newest.current, input, key));
    },
  };
}

/**
 * What is in a line after a key. Over a slow line keys come glued together, so one input may hold letters and
 * erasures; a pasted line break ends what is taken and sends nothing, that is Enter's to do (T19).
 */
export function edited(text: string, input: string, key: Pick<Key, 'ctrl' | 'meta' | 'backspace' | 'delete'>): string {
  if (key.ctrl) return input === 'u' ? '' : input === 'w' ? withoutWord(text) : text;
  if (key.backspace || key.delete) return withoutLast(text);
  if (key.meta) return text;
  const [line = ''] = input.split(/[\r\n]/);
  return Array.from(line).reduce(typed, text);
}

function typed(text: string, letter: string): string {
  switch (letter) {
    case '\b':
    case '\u007f':
      return withoutLast(text);
    case '\u0015':
      return '';
    case '\u0017':
      return withoutWord(text);
    default:
      return text + printable(letter);
  }
}

const withoutWord = (text: string): string => text.replace(/\S*\s*$/, '');
const withoutLast = (text: string): string => Array.from(text).slice(0, -1).join('');
const printable = (letter: string): string => (/[\u0000-\u001f\u007f]/.test(letter) ? '' : letter);
