/**
 * Two runbooks that change the same thing must not run at the same time: they share a `lock`. Two that need the same locks take them in one order. The
 * only rules over several documents: each says what it changes and locks, as plain data that can come from another thread, and all are compared at the end.
 */
import { dirname } from 'node:path';
import type { Diagnostic } from '../../document/diagnostic.ts';
import { docsOf } from '../../document/diagnostic.ts';
import type { Mapping } from '../../document/steps.ts';
import { walkSteps } from '../../document/steps.ts';
import { textsOf } from '../../plan/json.ts';
import type { Registry } from '../../port/registry.ts';
import type { Position } from '../../port/step-type.ts';
import type { FindRunbook } from '../calls.ts';
import { isCall } from '../calls.ts';
import { boundTarget } from '../target-of.ts';

/** What the steps of one document change, and what is locked for it. */
export interface Claims {
  readonly file: string;
  readonly id: string;
  /** As written; without one a run locks the runbook's id. */
  readonly locks: readonly string[];
  /** `thing` for people, `key` tells the same things of different targets apart; the first step that changes it. */
  readonly things: readonly { readonly thing: string; readonly key: string; readonly pointer: string }[];
  /** Locks of calls that may not be reached: taken in the middle. `pointer`: of the call. */
  readonly later: readonly { readonly lock: string; readonly pointer: string }[];
}

/** Undefined when no step changes anything that can be told from the document. */
export function claimsOf(
  data: Mapping,
  file: string,
  registry: Registry,
  find: FindRunbook = () => undefined,
): Claims | undefined {
  const things = new Map<string, Claims['things'][number]>();
  for (const { step, pointer, role } of walkSteps(data)) {
    const type = typeof step['type'] === 'string' && role !== 'comms' ? registry.get(step['type']) : undefined;
    for (const change of type?.changes?.(step) ?? []) {
      const place = (type && boundTarget(data, step, type.manifest)?.name) ?? (change.inFolder === true ? dirname(file) : '');
      const key = `${place}\u0000${change.thing}`;
      if (!things.has(key)) things.set(key, { thing: change.thing, key, pointer: `${pointer}${change.pointer}` });
    }
  }
  const later = laterLocks(data, find);
  if (things.size === 0 && later.length === 0) return undefined;
  const locks = textsOf(data['lock']);
  return { file, id: typeof data['id'] === 'string' ? data['id'] : '', locks, things: [...things.values()], later };
}

/** Only what is written: a lock with a template is another one in each run. */
function laterLocks(data: Mapping, find: FindRunbook): Claims['later'] {
  const steps = walkSteps(data);
  const isMaybe = (pointer: string): boolean => {
    const step = steps.find((one) => one.pointer === pointer)?.step;
    return pointer.includes('/options/') || step?.['when'] !== undefined || step?.['offer'] !== undefined;
  };
  return steps.flatMap(({ step, pointer, groups }) => {
    const called = isCall(step) && [pointer, ...groups].some(isMaybe) ? find(String(step['run'])) : undefined;
    return textsOf(called?.data['lock'])
      .filter((lock) => !lock.includes('{{'))
      .map((lock) => ({ lock, pointer: `${pointer}/run` }));
  });
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
  if ([...one.locks, ...other.locks].some((lock) => lock.includes('{{'))) return true;
  return one.locks.length === 0 || other.locks.length === 0
    ? one.locks.length === other.locks.length && one.id === other.id
    : one.locks.some((lock) => other.locks.includes(lock));
}

function finding(claims: Claims, other: Claims, one: Claims['things'][number], placeOf: PlaceOf): Diagnostic {
  const there = other.things.find(({ key }) => key === one.key)?.pointer ?? '';
  const { file, line, column } = placeOf(other.file, there);
  const name = other.locks[0] ?? claims.locks[0];
  return {
    ...placeOf(claims.file, one.pointer),
    severity: 'warning',
    code: 'lock/not-shared',
    message: `"${other.id}" changes ${one.thing} too (${file}:${String(line)}:${String(column)}), and may run at the same time`,
    hint: name === undefined ? 'give both the same `lock:`' : `write \`lock: ${name}\` in both`,
    docs: docsOf('lock/not-shared'),
  };
}

/** One holds a lock and may then need another, a second one the other way round: each may stop the other in the middle. */
export function crossedLocks(all: readonly Claims[], placeOf: PlaceOf): readonly Diagnostic[] {
  const holders = all.filter(({ later }) => later.length > 0);
  return holders.flatMap((claims, index) =>
    holders.slice(0, index).flatMap((other) => {
      const mine = claims.later.find(({ lock }) => other.locks.includes(lock) && !claims.locks.includes(lock));
      const theirs = other.later.find(({ lock }) => claims.locks.includes(lock) && !other.locks.includes(lock));
      if (mine === undefined || theirs === undefined) return [];
      const { file, line, column } = placeOf(other.file, theirs.pointer);
      return [
        {
          ...placeOf(claims.file, mine.pointer),
          severity: 'warning' as const,
          code: 'lock/order',
          message: `this run holds "${theirs.lock}" and may then need "${mine.lock}", and "${other.id}" does the reverse (${file}:${String(line)}:${String(column)}): each may stop the other in the middle`,
          hint: `lock both from the start: lock: [${theirs.lock}, ${mine.lock}]`,
          docs: docsOf('lock/order'),
        },
      ];
    }),
  );
}
