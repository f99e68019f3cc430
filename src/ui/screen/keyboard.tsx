/**
 * One listener to the keyboard for the whole screen. Ink's own hook listens a little after the picture it belongs to, and on a busy machine keys
 * are lost in between; here whoever is drawn hears the next key.
 */
import type { Key } from 'ink';
import { useInput } from 'ink';
import { createContext, useCallback, useContext, useLayoutEffect, useRef } from 'react';
import type { ReactElement, ReactNode } from 'react';

export type OnKey = (input: string, key: Key) => void;
/** Returns how to stop listening. */
type Listen = (onKey: OnKey) => () => void;

const Listening = createContext<Listen>(() => () => undefined);

export function Keyboard({ children }: { readonly children: ReactNode }): ReactElement {
  const listeners = useRef<readonly OnKey[]>([]);
  const listen = useCallback<Listen>((onKey) => {
    listeners.current = [...listeners.current, onKey];
    return () => {
      listeners.current = listeners.current.filter((one) => one !== onKey);
    };
  }, []);
  useInput(
    useCallback<OnKey>((input, key) => {
      // What a key opens hears the next key, not this one.
      for (const onKey of listeners.current) onKey(input, key);
    }, []),
  );
  return <Listening value={listen}>{children}</Listening>;
}

export function useKeypress(onKey: OnKey, { isActive = true }: { readonly isActive?: boolean } = {}): void {
  const listen = useContext(Listening);
  const newest = useRef(onKey);
  newest.current = onKey;
  useLayoutEffect(() => {
    if (!isActive) return undefined;
    return listen((input, key) => {
      newest.current(input, key);
    });
  }, [listen, isActive]);
}
