import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { printError } from '../console/terminal.ts';
import { whyNotAnchored } from './anchor.ts';

/** The last lines of every run, on stderr: stdout has the picture or the record. */
export async function sayEnd(directory: RunDirectory, outcome: string | undefined): Promise<void> {
  const run = directory.id;
  const notAnchored = whyNotAnchored(directory);
  if (notAnchored !== undefined) await printError(`warning: the record of this run is not anchored: ${notAnchored}`);
  await printError(`run ${run}: ${outcome ?? 'interrupted'}; \`runbook report ${run}\` is the record`);
  if (outcome === undefined) await printError(`\`runbook resume ${run}\` continues the run`);
}
