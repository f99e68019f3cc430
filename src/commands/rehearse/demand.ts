/** What the configuration demands of rehearsals, for the verbs that show when a runbook was rehearsed. */
import type { Ms, Sha } from '../../interpreter/core/model/value.ts';
import { formatDuration } from '../../interpreter/language/duration.ts';
import { whyDue } from '../../interpreter/rehearsal/due.ts';
import { lastRehearsal } from './results.ts';

/** `lint: { rehearsedWithin }` of the nearest configuration; undefined: nothing is demanded. */
export async function demandedWithin(directory: string): Promise<Ms | undefined> {
  const { loadConfig } = await import('../../interpreter/config/config.ts');
  return (await loadConfig({ directory })).config.lint?.rehearsedWithin;
}

/** Undefined where nothing is demanded. `sha`: of the text as it is now, where that is known. */
export function isDue(root: string, runbook: string, within: Ms | undefined, sha?: Sha): boolean | undefined {
  if (within === undefined) return undefined;
  return whyDue(lastRehearsal(root, runbook, Date.now()), within, sha) !== undefined;
}

/** Follows the words about the last rehearsal. */
export function dueText(root: string, runbook: string, within: Ms | undefined, sha?: Sha): string {
  return within !== undefined && isDue(root, runbook, within, sha) === true
    ? `; a rehearsal is due (within ${formatDuration(within)} is demanded)`
    : '';
}
