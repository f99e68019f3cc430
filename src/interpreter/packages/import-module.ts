/**
 * Imports a module that is not part of this program. On its own, because in the built program the loader does it: code that comes from V8's
 * cache has no import() (src/README.md, decision 9).
 */
export const importModule = (url: string): Promise<Readonly<Record<string, unknown>>> =>
  import(url) as Promise<Readonly<Record<string, unknown>>>;
