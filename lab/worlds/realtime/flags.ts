/** Feature flags with versions: changed by compare-and-set. */

export interface Flag {
  readonly name: string;
  readonly value: unknown;
  readonly version: string;
}

export interface Flags {
  get(name: string): Flag | undefined;
  /** `ifMatch` undefined: whatever the version is. */
  put(
    name: string,
    value: unknown,
    ifMatch: string | undefined,
  ): Promise<{ readonly done: 'changed' | 'absent' | 'conflict'; readonly flag?: Flag }>;
}

/** `changed` acts on a new value before the change is answered. */
export function createFlags(
  initial: Readonly<Record<string, unknown>>,
  changed: (name: string, value: unknown) => Promise<void>,
): Flags {
  const flags = new Map<string, Flag>(Object.entries(initial).map(([name, value]) => [name, { name, value, version: '1' }]));
  return {
    get: (name) => flags.get(name),
    put: async (name, value, ifMatch) => {
      const now = flags.get(name);
      if (now === undefined) return { done: 'absent' };
      if (ifMatch !== undefined && ifMatch !== now.version) return { done: 'conflict', flag: now };
      const flag = { name, value, version: String(Number(now.version) + 1) };
      flags.set(name, flag);
      await changed(name, value);
      return { done: 'changed', flag };
    },
  };
}
