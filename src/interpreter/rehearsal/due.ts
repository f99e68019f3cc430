/** When a runbook must be rehearsed again: by its age, its text and how it went. */
import type { Ms, Sha } from '../core/model/value.ts';
import { formatDuration } from '../language/duration.ts';

/** The newest rehearsal in all worlds with all lost steps. */
export interface LastRehearsal {
  /** RFC 3339. */
  readonly at: string;
  readonly age: Ms;
  /** Of the text that was rehearsed. */
  readonly sha: Sha;
  readonly passed: boolean;
}

/** Words that follow "the runbook"; undefined: it is not due. `sha`: of the text as it is now, where that is known. */
export function whyDue(last: LastRehearsal | undefined, within: Ms, sha?: Sha): string | undefined {
  if (last === undefined) return 'was never rehearsed on this machine';
  const day = last.at.slice(0, 10);
  if (sha !== undefined && last.sha !== sha) return `was changed since its last rehearsal on ${day}`;
  if (!last.passed) return `failed its last rehearsal on ${day}`;
  if (last.age <= within) return undefined;
  return `was last rehearsed on ${day}, longer than ${formatDuration(within)} ago`;
}
