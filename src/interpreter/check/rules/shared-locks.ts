/**
 * Two runbooks that change the same thing must not run at the same time: they share a `lock`. The only rule over several documents: each says what it
 * changes, as plain data that can come from another thread, and all are compared at the end.
 */
import { dirname } from 'node:path';
import type { Diagnostic } from '../../document/diagnostic.ts';
import { docsOf } from '../../document/diagnostic.ts';
import type { Mapping } from '../../document/steps.ts';
import { walkSteps } from '../../document/steps.ts';
import type { Registry } from '../../port/registry.ts';
import type { Position } from '../../port/step-type.ts';
import { targetOf } from '../target-of.ts';

/** What the steps of one document change. */
export interface Claims {
  readonly file: string;
  readonly id: string;
  /** As written; without one a run locks the runbook's id. */
  readonly lock?: string;
  /** `thing` for people, `key` tells the same things of different targets apart; the first step that changes it. */
  readonly things: readonly { readonly thing: string; readonly key: string; readonly pointer: string }[];
}

/** Undefined when no step changes anything that can be told from the document. */
export function claimsOf(data: Mapping, file: string, registry: Registry): Claims | undefined {
  const things = new Map<string, Claims['things'][number]>();
  for (const { step, pointer, role } of walkSteps(data)) {
    const type = typeof step['type'] === 'string' && role !== 'comms' ? registry.get(step['type']) : undefined;
    for (const change of type?.changes?.(step) ?? []) {
      const place = (type && targetOf(data, step, type.manifest)?.name) ?? (change.inFolder === true ? dirname(file) : '');
      const key = `${place}\u0000${change.thing}`;
      if (!things.has(key)) things.set(key, { thing: change.thing, key, pointer: `${pointer}${change.pointer}` });
    }
  }
  if (things.size === 0) return undefined;
  const lock = typeof data['lock'] === 'string' ? { lock: data['lock'] } : {};
  return { file, id: typeof data['id'] === 'string' ? data['id'] : '', ...lock, things: [...things.values()] };
}

/** Looks at places only where there is something to say: most documents were read without them. */
export type PlaceOf = (file: string, pointer: string) => Position;

/** Of two documents the later one has the finding, and one for each other document. `all` in the order of the files. */
export function unsharedLocks(all: readonly Claims[], placeOf: PlaceOf): readonly Diagnostic[] {
  const before = new Map<string, Claims[]>();
  const found: Diagnostic[] = [];
  for (const claims of all) {
    const told = new Set<Claims>();
    for (const one of claims.things) {
      const others = before.get(one.key) ?? [];
      for (const other of others) {
        if (told.has(other) || exclude(claims, other)) continue;
        told.add(other);
        found.push(finding(claims, other, one, placeOf));
      }
      before.set(one.key, [...others, claims]);
    }
  }
  return found;
}

/** The same lock as written; a lock with a template is another one in each run, and nothing is known of it. */
function exclude(one: Claims, other: Claims): boolean {
  if (one.lock?.includes('{{') === true || other.lock?.includes('{{') === true) return true;
  return one.lock === undefined || other.lock === undefined
    ? one.lock === other.lock && one.id === other.id
    : one.lock === other.lock;
}

function finding(claims: Claims, other: Claims, one: Claims['things'][number], placeOf: PlaceOf): Diagnostic {
  const there = other.things.find(({ key }) => key === one.key)?.pointer ?? '';
  const { file, line, column } = placeOf(other.file, there);
  const name = other.lock ?? claims.lock;
  return {
    ...placeOf(claims.file, one.pointer),
    severity: 'warning',
    code: 'lock/not-shared',
    message: `"${other.id}" changes ${one.thing} too (${file}:${String(line)}:${String(column)}), and may run at the same time`,
    hint: name === undefined ? 'give both the same `lock:`' : `write \`lock: ${name}\` in both`,
    docs: docsOf('lock/not-shared'),
  };
}
