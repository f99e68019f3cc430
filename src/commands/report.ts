/** `runbook report`: the record of a run, made from its journal alone. */
import type { Attachment } from '../interpreter/port/step-type.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { exitCodes, usage } from './exit.ts';
import { openNamedRun } from './open-run.ts';
import { readStored } from './stored.ts';
import type { OutputOption } from './options.ts';
import { print } from './terminal.ts';

export async function report(name: string, options: OutputOption): Promise<number> {
  await print(await writeReport(await openNamedRun(name), options.output ?? 'markdown'));
  return exitCodes.succeeded;
}

export async function writeReport(directory: RunDirectory, form: string): Promise<string> {
  const { plan, records, state } = readStored(directory);
  const { reportJson, reportJunit, reportMarkdown } = await import('../ui/report/report.ts');
  switch (form) {
    case 'markdown':
      return reportMarkdown(plan, records, state);
    case 'json':
      return reportJson(plan, records, state);
    case 'junit':
      return reportJunit(plan, records, state);
    default:
      throw usage(`--output ${form}: report knows markdown, json and junit`);
  }
}

/** What messages carry: the report so far, and the evidence before and after. */
export async function attachmentsOf(directory: RunDirectory, kinds: readonly string[]): Promise<readonly Attachment[]> {
  const { plan, records, state } = readStored(directory);
  const { reportMarkdown } = await import('../ui/report/report.ts');
  const { evidenceJson } = await import('../ui/report/evidence.ts');
  return kinds.map((kind) =>
    kind === 'evidence'
      ? { name: `${state.run}-evidence.json`, media: 'application/json', content: evidenceJson(plan, state) }
      : { name: `${state.run}-report.md`, media: 'text/markdown', content: reportMarkdown(plan, records, state) },
  );
}
