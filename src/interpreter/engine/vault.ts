/** Secrets of one run: resolved late from their references, opened only at the sinks that a step type declares, masked everywhere else (L5). */
import type { Environment } from '../config/config.ts';
import { resolveSecret } from '../config/secrets.ts';
import type { Tree } from '../core/model/plan.ts';
import type { Json } from '../core/model/value.ts';
import type { Redactor } from '../guard/redact.ts';
import { unmaskable } from '../guard/redact.ts';
import { maskCredentials } from './credentials.ts';

export interface Vault {
  open(name: string, signal: AbortSignal): Promise<string>;
  /** Opened before, or undefined. */
  opened(name: string): string | undefined;
  /** A secret that a step obtained itself; lives in memory only. */
  keep(name: string, value: string): void;
  /** As `keep`; false: it is too short, or too long, to be masked in other texts. */
  obtain(name: string, value: string): boolean;
  /** Replaces `secret:NAME` references in a configuration entry. */
  openEntry(entry: Json, signal: AbortSignal): Promise<Json>;
}

/** A whole file or output that a step obtained is hidden where it stands; to look for it everywhere would take seconds. Characters. */
const longestObtained = 16 * 1024;

export function createVault(environment: Environment, redactor: Redactor): Vault {
  const known = new Map<string, string>();
  // What is too short to be told apart from ordinary text cannot be masked: it is refused rather than shown.
  const keep = (name: string, value: string): void => {
    const why = unmaskable(value);
    if (why !== undefined) throw new Error(`the secret "${name}" ${why}`);
    redactor.add(name, value);
    known.set(name, value);
  };
  const openText = async (entry: Json, signal: AbortSignal): Promise<Json> => {
    if (typeof entry === 'string') {
      const name = /^secret:(\w+)$/.exec(entry)?.[1];
      return name === undefined ? entry : vault.open(name, signal);
    }
    if (entry === null || typeof entry !== 'object') return entry;
    if (Array.isArray(entry)) return Promise.all((entry as readonly Json[]).map((one) => openText(one, signal)));
    const pairs = await Promise.all(Object.entries(entry).map(async ([key, one]) => [key, await openText(one, signal)] as const));
    return Object.fromEntries(pairs);
  };
  const vault: Vault = {
    open: async (name, signal) => {
      const before = known.get(name);
      if (before !== undefined) return before;
      const reference = environment.secrets[name];
      if (reference === undefined) throw new Error(`the environment ${environment.name} has no secret "${name}"`);
      const value = await resolveSecret(reference, signal);
      keep(name, value);
      return value;
    },
    opened: (name) => known.get(name),
    keep,
    obtain: (name, value) => {
      known.set(name, value);
      return value.length <= longestObtained && redactor.add(name, value);
    },
    openEntry: async (entry, signal) => {
      const opened = await openText(entry, signal);
      maskCredentials(opened, redactor);
      return opened;
    },
  };
  return vault;
}

/** Names of the secrets that a tree of parameters mentions. */
export function secretsIn(tree: Tree): readonly string[] {
  const names = new Set<string>();
  const visit = (one: unknown): void => {
    if (one === null || typeof one !== 'object') return;
    if (Array.isArray(one)) one.forEach(visit);
    else {
      const path = (one as { readonly path?: readonly string[] }).path;
      if (Array.isArray(path) && path[0] === 'secrets' && typeof path[1] === 'string') names.add(path[1]);
      Object.values(one).forEach(visit);
    }
  };
  visit(tree);
  return [...names];
}
