/** Results of rehearsals on this machine: a line of JSON each in `rehearsals/<runbook>.jsonl` of the store, the newest last. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../interpreter/core/model/value.ts';
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

/** Runbooks that were rehearsed here, in the order of their names. */
export function rehearsedRunbooks(root: string): readonly string[] {
  if (!existsSync(rehearsalRoot(root))) return [];
  return readdirSync(rehearsalRoot(root))
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.replace(/\.jsonl$/, ''))
    .sort();
}

/** In numbers, for machines. */
export function resultJson(result: RehearsalResult): Readonly<Record<string, Json>> {
  const { noticed, of } = scoreOf(result);
  return {
    at: result.at,
    sha: result.sha,
    passed: isPassed(result),
    worlds: result.worlds.length,
    asExpected: asExpected(result),
    losses: of,
    noticed,
  };
}

/** `sha`: of the runbook as it is now, where that is known. */
export function resultWords(result: RehearsalResult | undefined, sha?: string): string {
  if (result === undefined) return 'never on this machine';
  const { noticed, of } = scoreOf(result);
  const losses = of === 0 ? 'no step was lost' : `${String(noticed)} of ${String(of)} lost steps noticed`;
  const other = sha === undefined || sha === result.sha ? '' : '; another text than today';
  return `${result.at.slice(0, 10)}, ${String(asExpected(result))} of ${String(result.worlds.length)} worlds as expected, ${losses}${other}`;
}

const asExpected = ({ worlds }: RehearsalResult): number => worlds.filter(({ problems }) => problems.length === 0).length;
