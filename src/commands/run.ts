/** `runbook run`: executes a checked plan and shows it. */
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import { answersOf } from '../session/answers.ts';
import { secretInputsOf } from '../session/secret-inputs.ts';
import { refuseMissingSecrets } from '../session/secrets.ts';
import { programsOf, refuseUntrusted } from '../session/trust.ts';
import { operate } from '../session/execute.ts';
import { pinOf } from '../session/rebind.ts';
import { withAlert } from '../session/alert-payload.ts';
import { baseDirectory, prepare } from '../session/prepare.ts';
import { writableStateRoot } from '../console/state-root.ts';
import { createRun, newRunId } from '../interpreter/store/run-directory.ts';
import { actorOf } from '../console/actor.ts';
import { usage } from '../console/exit-codes.ts';
import { outputForm } from '../console/terminal.ts';

export async function run(named: string | undefined, given: PlanOptions & AnswerOptions): Promise<number> {
  const alerted = withAlert(named, given);
  const { name, options } = await chosen(alerted?.name, alerted?.options ?? given);
  const prepared = await prepare(name, options);
  const answers = answersOf(options, prepared.plan);
  await refuseMissingSecrets(prepared.plan, prepared.environment);
  await refuseUntrusted(prepared.config.path, programsOf(prepared.plan, prepared.environment), options);
  const secretInputs = await secretInputsOf(prepared.plan, prepared.runbook.data['inputs'], {
    questions: options.questions !== false,
  });
  const root = writableStateRoot();
  const id = newRunId();
  const actor = actorOf(options);
  const directory = await createRun(root, id, {
    plan: prepared.plan,
    source: prepared.text,
    origin: { directory: baseDirectory(prepared.path), config: prepared.config.path ?? null },
  });
  return operate({
    plan: prepared.plan,
    environment: prepared.environment,
    roles: prepared.config.roles,
    directory,
    root,
    actor,
    baseDirectory: baseDirectory(prepared.path),
    config: pinOf(prepared.config),
    resume: false,
    secretInputs,
    options,
    answers,
  });
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
