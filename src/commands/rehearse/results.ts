/** Results of rehearsals on this machine: a line of JSON each in `rehearsals/<runbook>.jsonl` of the store, the newest last. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { LastRehearsal } from '../../interpreter/rehearsal/due.ts';
import type { LossResult } from './sabotage.ts';
import type { VariationResult } from './vary.ts';
import type { WorldResult } from './worlds.ts';

export interface RehearsalResult {
  readonly runbook: string;
  /** SHA-256 of the runbook's text. */
  readonly sha: string;
  /** RFC 3339. */
  readonly at: string;
  readonly tool: string;
  /** Only some worlds, or no losses. */
  readonly part?: true;
  readonly worlds: readonly WorldResult[];
  readonly losses: readonly LossResult[];
  /** Absent in results of former versions. */
  readonly variations?: readonly VariationResult[];
  /** Checks that failed in no run; absent where not everything was rehearsed. */
  readonly idle?: readonly string[];
  /** More than one: it ended as expected, or was given up, only then. */
  readonly tries?: number;
  /** Percent, as the file demanded it. */
  readonly minScore?: number;
}

/** Every world as expected, every loss noticed or openly accepted, and the score what the file demands. */
export function isPassed(result: RehearsalResult): boolean {
  const { worlds, losses } = result;
  return worlds.every(({ problems }) => problems.length === 0) && losses.every(isProven) && isEnough(result);
}

export function isEnough(result: RehearsalResult): boolean {
  const { percent } = scoreOf(result);
  return percent === undefined || percent >= (result.minScore ?? 0);
}

export const isProven = ({ verdict, accepted }: LossResult): boolean =>
  verdict === 'noticed' || (accepted !== undefined && verdict !== 'unreached');

export interface Score {
  readonly noticed: number;
  /** Mutants that were tried. */
  readonly of: number;
  /** Rounded down, so that 100 means all of them; absent: no mutant was tried. */
  readonly percent?: number;
}

/** Noticed mutants of all mutants: lost steps and, where they were tried, mistakes. What is accepted is not noticed. */
export function scoreOf({ losses, variations = [] }: RehearsalResult): Score {
  const noticed = [...losses, ...variations].filter(({ verdict }) => verdict === 'noticed').length;
  const of = losses.length + variations.length;
  return { noticed, of, ...(of === 0 ? {} : { percent: Math.floor((noticed * 100) / of) }) };
}

export function scoreText(result: RehearsalResult): string {
  const { noticed, of, percent } = scoreOf(result);
  if (percent === undefined) return 'no score: no mutant was tried';
  const beyond = (result.variations ?? []).length > 0 ? 'mutants' : 'lost steps';
  return `score ${String(percent)} % (${String(noticed)} of ${String(of)} ${beyond} noticed)`;
}

/** Folder of the runs of rehearsals, a store of its own: `runs` and `stats` tell of incidents. */
export const rehearsalRoot = (root: string): string => join(root, 'rehearsals');

const fileOf = (root: string, runbook: string): string => join(rehearsalRoot(root), `${runbook}.jsonl`);

export function keepResult(root: string, result: RehearsalResult): void {
  mkdirSync(rehearsalRoot(root), { recursive: true, mode: 0o700 });
  appendFileSync(fileOf(root, result.runbook), `${JSON.stringify(result)}\n`, { mode: 0o600 });
}

/** The newest; undefined: never rehearsed here. A line that a crash has cut is passed over. */
export function newestResult(
  root: string,
  runbook: string,
  isWanted: (result: RehearsalResult) => boolean = () => true,
): RehearsalResult | undefined {
  const file = fileOf(root, runbook);
  if (!existsSync(file)) return undefined;
  for (const line of readFileSync(file, 'utf8').split('\n').reverse()) {
    try {
      const result = line === '' ? undefined : (JSON.parse(line) as RehearsalResult);
      if (result !== undefined && isWanted(result)) return result;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The newest in all worlds with all lost steps; the worlds and the losses tell whether it passed. `now`: ms since 1970. */
export function lastRehearsal(root: string, runbook: string, now: number): LastRehearsal | undefined {
  const result = newestResult(root, runbook, ({ part }) => part !== true);
  return result === undefined ? undefined : asLast(result, now);
}

export const asLast = (result: RehearsalResult, now: number): LastRehearsal => ({
  at: result.at,
  age: now - Date.parse(result.at),
  sha: result.sha,
  passed: isPassed(result),
});

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
  const { noticed, of, percent } = scoreOf(result);
  return {
    at: result.at,
    sha: result.sha,
    passed: isPassed(result),
    worlds: result.worlds.length,
    asExpected: asExpected(result),
    losses: result.losses.length,
    mutants: of,
    noticed,
    score: percent ?? null,
  };
}

/** `sha`: of the runbook as it is now, where that is known. */
export function resultWords(result: RehearsalResult | undefined, sha?: string): string {
  if (result === undefined) return 'never on this machine';
  const other = sha === undefined || sha === result.sha ? '' : '; another text than today';
  const worlds = `${String(asExpected(result))} of ${String(result.worlds.length)} worlds as expected`;
  const part = result.part === true ? ', only a part of the rehearsal' : '';
  return `${result.at.slice(0, 10)}, ${worlds}, ${scoreText(result)}${part}${other}`;
}

const asExpected = ({ worlds }: RehearsalResult): number => worlds.filter(({ problems }) => problems.length === 0).length;
