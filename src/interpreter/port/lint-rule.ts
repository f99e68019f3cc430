/**
 * What a lint code means, told once: `docs/lint`, `runbook explain` and the golden tests are made from these entries. No plain `lint` loads them.
 * A code is area/name; the area is a file in `check/catalogue`, or the step type (`src/steps/<type>/lint-rules.ts`).
 */
export interface LintRule {
  readonly code: string;
  /** One line. */
  readonly summary: string;
  /** What goes wrong at night when nobody says it. */
  readonly why: string;
  /** A document with exactly this mistake; without `apiVersion` it is the part after the head. */
  readonly bad: string;
  /** The same, mended. */
  readonly good: string;
  /** The finding begins where this text first is in `bad`. */
  readonly at: string;
  readonly severity?: 'warning';
  /** Other runbooks of the same `lint`, before this one. */
  readonly beside?: string | readonly string[];
  /** Found only when lint is asked to look at the machine that it runs on (`--commands`). */
  readonly machine?: true;
  /** The configuration (runbook.config.yaml) that `lint` is told, beside each of the two examples. */
  readonly config?: { readonly bad: string; readonly good: string };
}
