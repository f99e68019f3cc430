/** `runbook resume`: continues with an interrupted run from its own stored plan; what was in flight is probed, repeated if repeatable, or asked. */
import { refuseCut } from '../session/anchoring.ts';
import { actorOf } from '../console/actor.ts';
import { beganWith, bindingsOf } from '../session/rebind.ts';
import { openNamedRun } from '../session/open-run.ts';
import { answersOf } from '../session/answers.ts';
import { declaredInputs } from '../session/type-input.ts';
import { secretInputsOf } from '../session/secret-inputs.ts';
import { refuseMissingSecrets } from '../session/secrets.ts';
import { programsOf, refuseUntrusted } from '../session/trust.ts';
import { concludeFinished, operate } from '../session/execute.ts';
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import { stateRoot, writableStateRoot } from '../console/state-root.ts';
import { usage } from '../console/exit-codes.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import { isSeedTorn } from '../interpreter/engine/undo-run.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { hasBegun, openRun } from '../interpreter/store/run-directory.ts';
import { readStored, refuseChanged } from '../session/load-run.ts';

export async function resume(
  name: string,
  options: AnswerOptions & Pick<PlanOptions, 'config' | 'input' | 'trustConfig'>,
): Promise<number> {
  const directory = await openNamedRun(name);
  const { plan, records, state } = readStored(directory);
  refuseChanged(directory);
  if (state.phase === 'finished') return concludeFinished(directory, options);
  const undoOf = isSeedTorn(plan, records) ? undoneRun(plan) : undefined;
  const answers = answersOf(options, plan);
  const { environment, roles, config } = await bindingsOf(plan, beganWith(directory, records), options.config);
  await refuseMissingSecrets(plan, environment);
  await refuseUntrusted(config?.path, programsOf(plan, environment), options);
  await refuseCut(environment.anchor, directory);
  const secretInputs = await secretInputsOf(plan, declaredInputs(directory), options);
  return operate({
    plan,
    environment,
    roles,
    directory,
    root: writableStateRoot(),
    actor: actorOf(options),
    baseDirectory: directory.origin().directory,
    config,
    resume: true,
    secretInputs,
    options,
    answers,
    ...(undoOf === undefined ? {} : { undoOf }),
  });
}

/** An undo that never got to its first step needs the record of the run that it undoes once more. */
function undoneRun({ undoOf = '' }: Plan): RunDirectory {
  const undone = openRun(stateRoot(), undoOf);
  if (hasBegun(undone)) return undone;
  throw usage(
    `the run ${undoOf}, which is to be undone, no longer exists`,
    'nothing was taken back; `runbook abandon` closes this one',
  );
}
