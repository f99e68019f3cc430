/** What every rule shares: the runbook, its steps, and how a finding gets its place. */
import type { Diagnostic } from '../document/diagnostic.ts';
import { documentOf } from '../document/diagnostic.ts';
import type { Fix } from '../document/fix.ts';
import type { Runbook } from '../document/load.ts';
import type { Walked } from '../document/steps.ts';
import type { Registry } from '../port/registry.ts';
import type { Position } from '../port/step-type.ts';
import type { Config } from '../config/config.ts';

export interface Checked {
  readonly runbook: Runbook;
  readonly registry: Registry;
  readonly steps: readonly Walked[];
  stepAt(pointer: string): Walked | undefined;
  readonly config?: Config;
  readonly environment?: string;
  /** Also what can be told of this machine only (`lint --commands`). */
  readonly machine?: boolean;
  add(code: string, where: Position, message: string, hint?: string, severity?: 'error' | 'warning', fix?: Fix): void;
  /** Pointers whose structure is wrong: later rules leave them alone, so that one mistake is one finding. */
  readonly broken: Set<string>;
}

export function createChecked(base: Omit<Checked, 'add' | 'broken' | 'stepAt'>, findings: Diagnostic[]): Checked {
  let byPointer: ReadonlyMap<string, Walked> | undefined;
  return {
    ...base,
    stepAt: (pointer) => (byPointer ??= new Map(base.steps.map((one) => [one.pointer, one]))).get(pointer),
    broken: new Set(base.runbook.lost),
    add: (code, where, message, hint, severity = 'error', fix) => {
      findings.push({
        ...where,
        severity,
        code,
        message,
        ...(hint === undefined ? {} : { hint }),
        docs: documentOf(code),
        ...(fix === undefined ? {} : { fix }),
      });
    },
  };
}

/** Whether the value at a pointer, or one around it, is wrong. */
export function isBroken({ broken }: Checked, pointer: string): boolean {
  if (broken.size === 0) return false;
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    if (broken.has(at)) return true;
    if (!at.includes('/')) return false;
  }
}
