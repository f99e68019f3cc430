/** What a test found: cases, and what happens when each step goes wrong. */
import type { PathEnd } from '../../interpreter/rehearsal/paths/paths.ts';
import type { FailureKind } from '../../interpreter/rehearsal/paths/trouble.ts';

export interface CaseResult {
  readonly name: string;
  readonly outcome: string;
  /** Empty: as expected. */
  readonly problems: readonly string[];
}

export interface End {
  /** What a person answered to the question after the trouble. */
  readonly then?: string;
  readonly outcome: string;
  /** Steps whose change is still there. */
  readonly left: readonly string[];
}

/** What happens when one step goes wrong in one way: one end, or one for each answer. */
export interface Consequence {
  readonly step: string;
  readonly how: FailureKind;
  readonly ends: readonly End[];
}

export interface TestResult {
  readonly runbook: string;
  /** SHA-256 of its text. */
  readonly sha: string;
  readonly cases: readonly CaseResult[];
  /** Runs that were tried. */
  readonly paths: number;
  /** False: there are more paths than are tried. */
  readonly isComplete: boolean;
  readonly seconds: number;
  readonly consequences: readonly Consequence[];
  /** Invariants that a path breaks. */
  readonly breaches: readonly { readonly path: string; readonly words: string }[];
}

/** In the order of the runbook; a second trouble (an undo that fails) is told by its breach only. */
export function consequencesOf(paths: readonly PathEnd[]): readonly Consequence[] {
  const found = new Map<string, { readonly step: string; readonly how: FailureKind; readonly ends: End[] }>();
  for (const { points, then, outcome, left } of paths) {
    const [point, second] = points;
    if (point === undefined || second !== undefined) continue;
    const id = `${point.step} ${point.how}`;
    const one = found.get(id) ?? { ...point, ends: [] };
    one.ends.push({ ...(then === undefined ? {} : { then }), outcome, left: [...new Set(left)] });
    found.set(id, one);
  }
  return [...found.values()];
}
