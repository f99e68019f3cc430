/** `runbook undo RUN`: a new run that performs what the named run registered and did not use, newest first. */
import { planUndo } from '../interpreter/engine/undo-run.ts';
import { createRun, listRuns, newRunId, openRun } from '../interpreter/store/run-directory.ts';
import { refuseCut } from '../session/anchoring.ts';
import { actorOf } from '../console/actor.ts';
import { beganWith, bindingsOf } from '../session/rebind.ts';
import { usage } from '../console/exit-codes.ts';
import { openNamedRun } from '../session/open-run.ts';
import { answersOf } from '../session/answers.ts';
import { declaredInputs } from '../session/type-input.ts';
import { secretInputsOf } from '../session/secret-inputs.ts';
import { refuseMissingSecrets } from '../session/secrets.ts';
import { programsOf, refuseUntrusted } from '../session/trust.ts';
import { operate } from '../session/execute.ts';
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import { writableStateRoot } from '../console/state-root.ts';
import { readStored, refuseChanged } from '../session/load-run.ts';

/** What was taken back is not taken back again, and an undo that was interrupted is resumed. One that failed may be tried again. */
async function refuseTwice(root: string, run: string): Promise<void> {
  for (const one of await listRuns(root)) {
    if (undoOf(root, one.run) !== run) continue;
    if (one.outcome === 'undone')
      throw usage(`run ${run} has been undone already, by run ${one.run}`, `\`runbook report ${one.run}\` shows what was undone`);
    if (one.state !== 'finished')
      throw usage(`run ${one.run} undoes it and has not finished`, `\`runbook resume ${one.run}\` continues it`);
  }
}

/** A run whose plan cannot be read undoes nothing. */
function undoOf(root: string, run: string): string | undefined {
  try {
    return openRun(root, run).plan().undoOf;
  } catch {
    return undefined;
  }
}

export async function undo(
  name: string,
  options: AnswerOptions & Pick<PlanOptions, 'config' | 'input' | 'trustConfig'>,
): Promise<number> {
  if (actorOf(options).kind === 'agent')
    throw usage('an agent takes nothing back', `a person decides it: runbook undo ${name}, from a terminal of their own`);
  const old = await openNamedRun(name);
  const { plan, records, state } = readStored(old);
  refuseChanged(old);
  if (state.phase !== 'finished')
    throw usage(`run ${old.id} has not finished`, '`runbook resume` continues it; abort there undoes');
  const made = planUndo(plan, state);
  if (!made.ok) throw usage(made.message, `\`runbook report ${old.id}\` shows what the run changed`);
  const answers = answersOf(options, made.plan);
  const root = writableStateRoot();
  await refuseTwice(root, old.id);
  // Before there is a run: one that could not begin would block the next undo.
  const { environment, roles, config } = await bindingsOf(made.plan, beganWith(old, records), options.config);
  await refuseMissingSecrets(made.plan, environment);
  await refuseUntrusted(config?.path, programsOf(made.plan, environment), options);
  await refuseCut(environment.anchor, old);
  const secretInputs = await secretInputsOf(made.plan, declaredInputs(old), options);
  const origin = { directory: old.origin().directory, config: config?.path ?? null };
  const directory = await createRun(root, newRunId(), { plan: made.plan, source: old.source(), origin });
  return operate({
    plan: made.plan,
    environment,
    roles,
    directory,
    root,
    actor: actorOf(options),
    baseDirectory: origin.directory,
    config,
    resume: false,
    secretInputs,
    options,
    answers,
    undoOf: old,
  });
}
