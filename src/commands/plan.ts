/** `runbook plan`: resolved steps with targets and effects; touches nothing, opens no connection. */
import { planRows } from '../interpreter/plan/rows.ts';
import { exitCodes } from './exit.ts';
import type { OutputOption, PlanOptions } from './options.ts';
import { prepare } from './prepare.ts';
import { print, printJson } from './terminal.ts';
import { durationText } from '../ui/words.ts';

export async function plan(name: string, options: PlanOptions & OutputOption): Promise<number> {
  const { plan: made } = await prepare(name, options);
  const rows = planRows(made);
  const inputs = Object.fromEntries(Object.entries(made.inputs).map(([key, value]) => [key, value.json ?? null]));
  if (options.output === 'json') {
    await printJson({ runbook: made.runbook.id, planHash: made.hash, inputs, steps: rows });
    return exitCodes.succeeded;
  }
  await print(`${made.runbook.title} (${made.runbook.id}) in ${made.environment.name}, plan ${made.hash.slice(0, 12)}`);
  for (const [key, value] of Object.entries(inputs)) await print(`  input ${key} = ${JSON.stringify(value)}`);
  let section = '';
  for (const row of rows) {
    if (row.section !== section) await print(`\n${(section = row.section)}`);
    const target = row.target === undefined ? '' : ` on ${row.target}`;
    const effect = row.effect === 'read' ? 'read' : row.effect.toUpperCase();
    await print(
      `  ${row.id.padEnd(18)} ${row.type.padEnd(18)} ${effect.padEnd(12)} ${durationText(row.timeout).padEnd(8)} ${row.title}${target}`,
    );
  }
  return exitCodes.succeeded;
}
