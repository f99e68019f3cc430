import type { Key } from 'ink';
import { useInput } from 'ink';
import { useCallback, useRef } from 'react';

export type OnKey = (input: string, key: Key) => void;

/** Ink takes a new handler a little after the picture it belongs to; a key in between must find the newest one. */
export function useKeypress(onKey: OnKey, options: { readonly isActive?: boolean } = {}): void {
  const newest = useRef(onKey);
  newest.current = onKey;
  useInput(
    useCallback((input, key) => {
      newest.current(input, key);
    }, []),
    options,
  );
}
