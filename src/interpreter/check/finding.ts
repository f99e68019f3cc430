/** What every rule shares: the runbook, its steps, and how a finding gets its place. */
import type { Diagnostic } from '../document/diagnostic.ts';
import { docsOf, mostFindings } from '../document/diagnostic.ts';
import type { Fix } from '../document/fix.ts';
import type { Runbook } from '../document/load.ts';
import type { Walked } from '../document/steps.ts';
import type { Registry } from '../port/registry.ts';
import type { Position } from '../port/step-type.ts';
import type { Config } from '../config/config.ts';
import type { LastRehearsal } from '../rehearsal/due.ts';

export interface Checked {
  readonly runbook: Runbook;
  readonly registry: Registry;
  readonly steps: readonly Walked[];
  stepAt(pointer: string): Walked | undefined;
  readonly config?: Config;
  readonly environment?: string;
  /** Finds the runbooks that steps call. */
  readonly find?: (id: string) => Runbook | undefined;
  /** The newest rehearsal of a runbook on this machine. Absent: nobody asks for it. */
  readonly rehearsed?: (id: string) => LastRehearsal | undefined;
  /** Also what can be told of this machine only (`lint --commands`). */
  readonly machine?: boolean;
  add(code: string, where: Position, message: string, hint?: string, severity?: 'error' | 'warning', fix?: Fix): void;
  /** Makes an error of what was added last. */
  lastToError(): () => void;
  /** Pointers whose structure is wrong: later rules leave them alone, so that one mistake is one finding. */
  readonly broken: Set<string>;
  /** By the pointer of a mapping: keys, and how each is misspelt in it. They are not missing, and nothing is concluded from their absence. */
  readonly meant: Map<string, Map<string, string>>;
  /** By the pointer of a step whose operation nobody can tell (said already): makes that finding an error, because such a step may change something. */
  readonly unclear: Map<string, () => void>;
}

/** Ends the check: there are more errors than are shown. Only errors count, so that nothing but an error keeps a rule from being asked. */
export class TooManyFindings extends Error {}

export function createChecked(
  base: Omit<Checked, 'add' | 'broken' | 'meant' | 'unclear' | 'stepAt' | 'lastToError'>,
  findings: Diagnostic[],
): Checked {
  let errors = 0;
  let byPointer: ReadonlyMap<string, Walked> | undefined;
  return {
    ...base,
    stepAt: (pointer) => (byPointer ??= new Map(base.steps.map((one) => [one.pointer, one]))).get(pointer),
    broken: new Set(base.runbook.lost),
    meant: new Map(),
    unclear: new Map(),
    lastToError: () => {
      const index = findings.length - 1;
      return () => {
        const found = findings[index];
        if (found !== undefined) findings[index] = { ...found, severity: 'error' };
      };
    },
    add: (code, where, message, hint, severity = 'error', fix) => {
      if (severity === 'error' && ++errors > mostFindings + 1) throw new TooManyFindings();
      findings.push({
        ...where,
        severity,
        code,
        message,
        ...(hint === undefined ? {} : { hint }),
        docs: docsOf(code),
        ...(fix === undefined ? {} : { fix }),
      });
    },
  };
}

/** Whether the value at a pointer, or one around it, is wrong: in its step, or the whole section. What is wrong in a step around a step is no matter of it. */
export function isBroken(checked: Checked, pointer: string): boolean {
  const { broken } = checked;
  if (broken.size === 0) return false;
  let isInside = true;
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const isSection = at.lastIndexOf('/') <= 0;
    if (broken.has(at) && (isInside || isSection)) return true;
    if (!at.includes('/')) return false;
    isInside &&= checked.stepAt(at) === undefined;
  }
}

/** Whether a misspelt key in the mapping at `pointer` (the document: empty) stands for this one. */
export const isMeant = ({ meant }: Checked, pointer: string, key: string): boolean => meant.get(pointer)?.has(key) === true;

/** The key stands for another one: which rules its value follows is known when it is written right. */
export const isMisspelt = ({ meant }: Checked, pointer: string, key: string): boolean =>
  [...(meant.get(pointer)?.values() ?? [])].includes(key);

/** The step as its author meant it: what is under a misspelt key is under the right one, so that no rule misses it. */
export function asMeant({ meant }: Checked, { pointer, step }: Walked): Walked['step'] {
  const keys = meant.get(pointer);
  if (keys === undefined) return step;
  return { ...step, ...Object.fromEntries([...keys].map(([right, written]) => [right, step[written] ?? null])) };
}
