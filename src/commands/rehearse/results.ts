/** Results of rehearsals on this machine: a line of JSON each in `rehearsals/<runbook>.jsonl` of the store, the newest last. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LossResult } from './sabotage.ts';
import type { WorldResult } from './worlds.ts';

export interface RehearsalResult {
  readonly runbook: string;
  /** SHA-256 of the runbook's text. */
  readonly sha: string;
  /** RFC 3339. */
  readonly at: string;
  readonly tool: string;
  readonly worlds: readonly WorldResult[];
  readonly losses: readonly LossResult[];
}

/** Every world as expected, and every loss noticed or openly accepted. */
export const isPassed = ({ worlds, losses }: Pick<RehearsalResult, 'worlds' | 'losses'>): boolean =>
  worlds.every(({ problems }) => problems.length === 0) && losses.every(isProven);

export const isProven = ({ verdict, accepted }: LossResult): boolean => verdict === 'noticed' || accepted !== undefined;

/** Noticed losses of all losses. */
export const scoreOf = ({ losses }: Pick<RehearsalResult, 'losses'>): { readonly noticed: number; readonly of: number } => ({
  noticed: losses.filter(({ verdict }) => verdict === 'noticed').length,
  of: losses.length,
});

/** Folder of the runs of rehearsals, a store of its own: `runs` and `stats` tell of incidents. */
export const rehearsalRoot = (root: string): string => join(root, 'rehearsals');

const fileOf = (root: string, runbook: string): string => join(rehearsalRoot(root), `${runbook}.jsonl`);

export function keepResult(root: string, result: RehearsalResult): void {
  mkdirSync(rehearsalRoot(root), { recursive: true, mode: 0o700 });
  appendFileSync(fileOf(root, result.runbook), `${JSON.stringify(result)}\n`, { mode: 0o600 });
}

/** The newest; undefined: never rehearsed here. A line that a crash has cut is passed over. */
export function newestResult(root: string, runbook: string): RehearsalResult | undefined {
  const file = fileOf(root, runbook);
  if (!existsSync(file)) return undefined;
  for (const line of readFileSync(file, 'utf8').split('\n').reverse()) {
    try {
      if (line !== '') return JSON.parse(line) as RehearsalResult;
    } catch {
      continue;
    }
  }
  return undefined;
}
