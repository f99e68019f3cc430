/** `runbook check`: performs the reads that need nothing from earlier steps' effects, previews the writes, changes nothing. */
import { exitCodes } from '../console/exit-codes.ts';
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import { prepare } from '../session/prepare.ts';
import { previewOf } from '../session/preview.ts';
import { print, printJson } from '../console/terminal.ts';

export async function check(name: string | undefined, options: PlanOptions & AnswerOptions): Promise<number> {
  const prepared = await prepare(name, options);
  const rows = await previewOf(prepared, options);
  if (options.output === 'json') await printJson({ runbook: prepared.plan.runbook.id, steps: rows });
  else for (const row of rows) await print(`${row.mark} ${row.id.padEnd(18)} ${row.says}`);
  return rows.some((row) => row.mark === 'x') ? exitCodes.failed : exitCodes.succeeded;
}
