import { printError } from '../console/terminal.ts';

/** The last lines of every run, on stderr: stdout has the picture or the record. */
export async function sayEnd(run: string, outcome: string | undefined): Promise<void> {
  await printError(`run ${run}: ${outcome ?? 'interrupted'}; \`runbook report ${run}\` is the record`);
  if (outcome === undefined) await printError(`\`runbook resume ${run}\` goes on`);
}
