/** `runbook run`: executes a checked plan and shows it. */
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import { operate } from '../session/execute.ts';
import { withAlert } from '../session/alert-payload.ts';
import { newRun, openNewRun } from '../session/new-run.ts';
import { writableStateRoot } from '../console/state-root.ts';
import { usage } from '../console/exit-codes.ts';
import { outputForm } from '../console/terminal.ts';

export async function run(named: string | undefined, given: PlanOptions & AnswerOptions): Promise<number> {
  const alerted = withAlert(named, given);
  const { name, options } = await chosen(alerted?.name, alerted?.options ?? given);
  const order = await newRun(name, options);
  return operate({ ...(await openNewRun(writableStateRoot(), order)), options });
}

/** Without a name, or with inputs missing that a person could give, the screen asks. */
async function chosen(
  name: string | undefined,
  options: PlanOptions & AnswerOptions,
): Promise<{ readonly name: string; readonly options: PlanOptions & AnswerOptions }> {
  const canAsk = outputForm(options.output) === 'tui' && process.stdin.isTTY === true && options.questions !== false;
  if (name !== undefined && !canAsk) return { name, options };
  if (!canAsk) throw usage('which runbook?', '`runbook list` shows all; on a terminal `runbook run` lets you choose');
  const { fillIn, pick, withPicked } = await import('../session/pick-runbook.ts');
  const picked = name === undefined ? await pick(options) : await fillIn(name, options);
  if (picked === undefined) return { name: name ?? '', options };
  return { name: picked.path, options: withPicked(options, picked) };
}
