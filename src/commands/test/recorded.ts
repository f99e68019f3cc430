/** What steps answered in a rehearsal, in a file beside the runbook: `<runbook>.recorded.json`. Written by `rehearse --record`, played by `test`. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, Sha, Value } from '../../interpreter/core/model/value.ts';
import { wholeOf } from '../../interpreter/engine/values.ts';
import type { StepEffect, Effects } from '../../interpreter/rehearsal/paths/effects.ts';
import { CommandError, exitCodes } from '../../console/exit-codes.ts';
import type { StoredRun } from '../../session/load-run.ts';

export interface Recorded {
  readonly records: string;
  /** SHA-256 of the text that was rehearsed. */
  readonly sha: Sha;
  readonly worlds: Readonly<Record<string, Effects>>;
}

/** Characters of JSON: a larger value stays out, and what expects it holds. */
const largest = 16 * 1024;

export const recordedFileOf = (runbook: string): string => runbook.replace(/\.ya?ml$/, '.recorded.json');

/** Texts as they were recorded in the run: secrets are masked there. */
export function effectsOf({ records }: StoredRun, directory: string): Effects {
  const folder = join(directory, 'output');
  const found: Record<string, StepEffect> = {};
  for (const one of records) {
    if (one.type !== 'attempt.finished' || one.role !== 'do') continue;
    const { outcome } = one;
    found[one.key] = {
      ...part('value', outcome.value, folder),
      ...part('result', outcome.result, folder),
      ...(outcome.is === 'ok' && typeof outcome.changed === 'boolean' ? { changed: outcome.changed } : {}),
      ...(outcome.is === 'ok' ? {} : { fails: outcome.fault.message }),
    };
  }
  return found;
}

function part<K extends string>(name: K, value: Value | undefined, folder: string): { readonly [key in K]?: Json } {
  const json = wholeOf(value, folder);
  const isKept = json !== undefined && JSON.stringify(json).length <= largest;
  return (isKept ? { [name]: json } : {}) as { readonly [key in K]?: Json };
}

export function writeRecorded(runbook: string, recorded: Recorded): void {
  const file = recordedFileOf(runbook);
  const beside = `${file}.${String(process.pid)}`;
  writeFileSync(beside, `${JSON.stringify(recorded, null, 1)}\n`);
  renameSync(beside, file);
}

/** Undefined: nothing was recorded. */
export function readRecorded(runbook: string): Recorded | undefined {
  const file = recordedFileOf(runbook);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Recorded;
  } catch {
    throw new CommandError({
      exitCode: exitCodes.invalidDocument,
      message: `${file} is not JSON`,
      hint: '`runbook rehearse --record` writes it anew',
    });
  }
}
