/**
 * What a run was opened with, compared with what lies in its folder now. The first record names the hash of the plan, the runbook's text, the folder
 * it was started from and the configuration; a run is only resumed, undone or reported from exactly these.
 */
import type { Stamped } from '../core/model/event.ts';
import type { Plan } from '../core/model/plan.ts';
import type { FilePin } from '../core/model/value.ts';
import { planHash, sha256 } from '../plan/hash.ts';
import type { Origin, RunDirectory } from './run-directory.ts';

/** One thing that is not what the record says. */
export interface Discrepancy {
  /** File in the run's folder, or `journal.jsonl`. */
  readonly file: string;
  readonly message: string;
}

const short = (sha: string): string => sha.slice(0, 12);
const openingOf = (records: readonly Stamped[]) => records.find((record) => record.type === 'run.opened');

/** The plan against its own hash and against the first record. */
export function planDiscrepancies(plan: Plan, records: readonly Stamped[]): readonly Discrepancy[] {
  const opened = openingOf(records);
  // Former versions kept the hash of the whole plan in the plan of an undo, which has fewer steps.
  const provesItself = plan.undoOf === undefined || opened?.pins !== undefined;
  const hash = planHash(plan);
  if (provesItself && hash !== plan.hash)
    return [{ file: 'plan.json', message: `the plan has changed: its hash is ${short(hash)}, and it was ${short(plan.hash)}` }];
  if (opened === undefined || opened.plan === plan.hash) return [];
  return [
    {
      file: 'plan.json',
      message: `the plan is another one: ${short(plan.hash)}, and the run was opened with ${short(opened.plan)}`,
    },
  ];
}

/** Everything in the folder that decides what the run does. */
export function discrepancies(directory: RunDirectory, plan: Plan, records: readonly Stamped[]): readonly Discrepancy[] {
  const found = [...planDiscrepancies(plan, records)];
  const source = sha256(directory.source());
  if (source !== plan.runbook.sha)
    found.push({
      file: 'runbook.yaml',
      message: `the runbook has changed: its hash is ${short(source)}, and it was ${short(plan.runbook.sha)}`,
    });
  const pins = openingOf(records)?.pins;
  return pins === undefined ? found : [...found, ...placeDiscrepancies(directory.origin(), pins)];
}

function placeDiscrepancies(
  origin: Origin,
  pins: { readonly directory: string; readonly config: FilePin | null },
): readonly Discrepancy[] {
  const found: Discrepancy[] = [];
  if (origin.directory !== pins.directory)
    found.push({
      file: 'place.json',
      message: `the folder of the runbook has changed: ${origin.directory}, and the run was started from ${pins.directory}`,
    });
  const config = origin.config ?? null;
  if (config !== (pins.config?.path ?? null))
    found.push({
      file: 'place.json',
      message: `the configuration has changed: ${config ?? 'none'}, and the run was opened with ${pins.config?.path ?? 'none'}`,
    });
  return found;
}

/** The configuration of the newest engine; undefined: the record does not say (a run of a former version, or one that never began). */
export function pinnedConfig(records: readonly Stamped[]): FilePin | null | undefined {
  let pinned = openingOf(records)?.pins?.config;
  for (const record of records) if (record.type === 'engine.started' && record.config !== undefined) pinned = record.config;
  return pinned;
}
