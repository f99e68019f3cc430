import { useRef, useState } from 'react';

export interface Line {
  /** What has been typed, also when keys come faster than frames. */
  readonly text: () => string;
  readonly set: (text: string) => void;
}

/** A line being typed. Keys may come faster than frames, so the newest text is kept beside what is drawn. */
export function useLine(begin: string): Line {
  const newest = useRef(begin);
  const [, draw] = useState(begin);
  return {
    text: () => newest.current,
    set: (text) => {
      newest.current = text;
      draw(text);
    },
  };
}

/** The printable part of what came at once; a pasted line break sends nothing, that is Enter's to do. */
export const printable = (input: string): string => (input.split(/[\r\n]/)[0] ?? '').replaceAll(/[\u0000-\u001f\u007f]/g, '');
