/** What an author of a step type from outside tests with: the contract kit of our own types, and a package folder as the engine would load it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StepType } from '../port/step-type.ts';
import { readPackageFiles } from './package-files.ts';
import { noStrays } from '../config/unknown-keys.ts';
import { packageOf } from './package-manifest.ts';
import { stepTypeOf } from './step-types.ts';

export { manifestProblems, paperProblems, stoppingProblems } from '../port/contract.ts';
export type { Papers, Trial } from '../port/contract.ts';
export { PackageError } from './package-files.ts';

/** The step type of a folder, without a pin: its content is what it is now. Throws PackageError with every mistake of its papers. */
export function stepTypeIn(folder: string, copies: string = ownFolder()): StepType {
  return stepTypeOf(packageOf(folder, readPackageFiles(folder)), { copies, strays: noStrays });
}

/** Nobody else may put code where it will be loaded from; gone with the process. */
function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-step-types-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
