/** `runbook plan`: resolved steps with targets and effects; touches nothing, opens no connection. */
import type { Environment } from '../interpreter/config/config.ts';
import { placesOf } from '../interpreter/config/place.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import { asked } from '../interpreter/plan/secret-inputs.ts';
import { planRows } from '../interpreter/plan/rows.ts';
import { durationText, sharedText } from '../ui/format.ts';
import { exitCodes } from '../console/exit-codes.ts';
import type { OutputOption, PlanOptions } from '../console/options.ts';
import { prepare } from '../session/prepare.ts';
import { print, printJson } from '../console/terminal.ts';

export async function plan(name: string | undefined, options: PlanOptions & OutputOption): Promise<number> {
  const { plan: made, environment } = await prepare(name, options);
  if (options.output === 'json') {
    const inputs = Object.fromEntries(Object.entries(made.inputs).map(([key, value]) => [key, value.json ?? null]));
    const outside = made.stepTypes === undefined ? {} : { stepTypes: made.stepTypes };
    const targets = placesOf(made.targets, environment);
    await printJson({ runbook: made.runbook.id, planHash: made.hash, inputs, ...outside, targets, steps: planRows(made) });
  } else await print(planLines(made, environment).join('\n'));
  return exitCodes.succeeded;
}

/** The plan for people. */
export function planLines(made: Plan, environment: Environment): readonly string[] {
  const lines = [`${made.runbook.title} (${made.runbook.id}) in ${made.environment.name}, plan ${made.hash.slice(0, 12)}`];
  for (const [key, value] of Object.entries(made.inputs)) {
    const source = made.secretInputs?.[key];
    const shown =
      source === undefined
        ? JSON.stringify(value.json ?? null)
        : `a secret, ${source === asked ? 'asked for' : `from ${source}`}`;
    lines.push(`  input ${key} = ${shown}`);
  }
  for (const [type, from] of Object.entries(made.stepTypes ?? {}))
    lines.push(`  step type ${type} from outside: ${from.package} ${from.version}, ${from.hash}`);
  for (const { name, type, place } of placesOf(made.targets, environment))
    lines.push(`  target ${name}: ${type}${place === '' ? '' : `, ${place}`}`);
  const { sharedAccounts } = made.environment;
  if (sharedAccounts !== undefined) lines.push(`  shared accounts: ${sharedText(sharedAccounts)}`);
  let section = '';
  for (const row of planRows(made)) {
    if (row.section !== section) lines.push('', (section = row.section));
    const target = row.target === undefined ? '' : ` on ${row.target}`;
    const effect = row.effect === 'read' ? 'read' : row.effect.toUpperCase();
    lines.push(
      `  ${row.id.padEnd(18)} ${row.type.padEnd(18)} ${effect.padEnd(12)} ${durationText(row.timeout).padEnd(8)} ${row.title}${target}`,
    );
  }
  return lines;
}
