/** All functions by the form in which they are called; documented in reference.ts. */
import { conversions } from './convert.ts';
import type { FunctionEntry } from './entry.ts';
import { listGlobals, listMethods } from './lists.ts';
import { textGlobals, textMethods } from './text.ts';
import { timeGlobals, timeMethods } from './time.ts';

/** Called as `f(x)`. */
export const globals: ReadonlyMap<string, FunctionEntry> = new Map([
  ...conversions,
  ...textGlobals,
  ...listGlobals,
  ...timeGlobals,
]);

/** Called as `x.f()`. */
export const methods: ReadonlyMap<string, FunctionEntry> = new Map([...textMethods, ...timeMethods, ...listMethods]);
