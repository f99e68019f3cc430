/** `runbook plan`: resolved steps with targets and effects; touches nothing, opens no connection. */
import { placesOf } from '../interpreter/config/place.ts';
import { planRows } from '../interpreter/plan/rows.ts';
import { exitCodes } from '../console/exit-codes.ts';
import type { OutputOption, PlanOptions } from '../console/options.ts';
import { print, printJson } from '../console/terminal.ts';
import type { Paper } from '../paper/on-paper.ts';
import { plannedOnPaper } from '../paper/on-paper.ts';
import { planLines } from '../paper/plan-lines.ts';
import { prepare } from '../session/prepare.ts';

export async function plan(name: string | undefined, options: PlanOptions & OutputOption): Promise<number> {
  const { plan: made, environment, registry } = await prepare(name, options, 'allowed');
  const paper = await plannedOnPaper(made, registry, environment);
  if (options.output === 'json') {
    const inputs = Object.fromEntries(Object.entries(made.inputs).map(([key, value]) => [key, value.json ?? null]));
    const outside = made.stepTypes === undefined ? {} : { stepTypes: made.stepTypes };
    const locks = [made.lock, ...(made.locks ?? [])];
    const targets = placesOf(made.targets, environment);
    const steps = planRows(made).map((row) => ({ ...row, ...withoutEffect(paper.get(row.id)) }));
    await printJson({ runbook: made.runbook.id, planHash: made.hash, inputs, ...outside, targets, locks, steps });
  } else await print(planLines({ plan: made, environment, registry, paper }).join('\n'));
  return exitCodes.succeeded;
}

/** The effect is in the row already, as the plan sees it. */
const withoutEffect = (paper: Paper | undefined): Omit<Paper, 'effect'> => {
  if (paper === undefined) return {};
  const { effect, ...rest } = paper;
  void effect;
  return rest;
};
