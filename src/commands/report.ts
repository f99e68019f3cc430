/** `runbook report`: the record of a run, made from its journal and the files beside it. */
import { exitCodes } from '../console/exit-codes.ts';
import type { OutputOption } from '../console/options.ts';
import { print, printJsonText } from '../console/terminal.ts';
import { openNamedRun } from '../session/open-run.ts';
import { writeReport } from '../session/write-report.ts';

export async function report(name: string, options: OutputOption): Promise<number> {
  const form = options.output ?? 'markdown';
  const text = await writeReport(await openNamedRun(name), form);
  await (form === 'json' ? printJsonText(text) : print(text));
  return exitCodes.succeeded;
}
