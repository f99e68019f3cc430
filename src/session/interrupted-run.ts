/** From the name of a stored run to one that can continue, with today's bindings. Shared by `resume` and the service. */
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import { actorOf } from '../console/actor.ts';
import { writableStateRoot } from '../console/state-root.ts';
import { usage } from '../console/exit-codes.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import { isSeedTorn } from '../interpreter/engine/undo-run.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { hasBegun, openRun } from '../interpreter/store/run-directory.ts';
import { refuseCut } from './anchoring.ts';
import { answersOf } from './answers.ts';
import type { Operation } from './hosting.ts';
import { readStored, refuseChanged } from './load-run.ts';
import { beganWith, bindingsOf } from './rebind.ts';
import { secretInputsOf } from './secret-inputs.ts';
import { refuseMissingSecrets } from './secrets.ts';
import { programsOf, refuseUntrusted } from './trust.ts';
import { declaredInputs } from './type-input.ts';

export type ResumeOptions = AnswerOptions & Pick<PlanOptions, 'config' | 'input' | 'trustConfig'>;

/** Undefined: it has finished, and nothing is left to do. Throws CommandError where it cannot continue. */
export async function interruptedRun(
  directory: RunDirectory,
  options: ResumeOptions,
  root: string = writableStateRoot(),
): Promise<Omit<Operation, 'options'> | undefined> {
  const { plan, records, state } = readStored(directory);
  refuseChanged(directory);
  if (state.phase === 'finished') return undefined;
  const undoOf = isSeedTorn(plan, records) ? undoneRun(plan, root) : undefined;
  const answers = answersOf(options, plan);
  const { environment, roles, config } = await bindingsOf(plan, beganWith(directory, records), options.config);
  await refuseMissingSecrets(plan, environment);
  await refuseUntrusted(config?.path, programsOf(plan, environment), options);
  await refuseCut(environment.anchor, directory);
  const secretInputs = await secretInputsOf(plan, declaredInputs(directory), options);
  return {
    plan,
    environment,
    roles,
    directory,
    root,
    actor: actorOf(options),
    baseDirectory: directory.origin().directory,
    config,
    resume: true,
    secretInputs,
    answers,
    ...(undoOf === undefined ? {} : { undoOf }),
  };
}

/** An undo that never got to its first step needs the record of the run that it undoes once more. */
function undoneRun({ undoOf = '' }: Plan, root: string): RunDirectory {
  const undone = openRun(root, undoOf);
  if (hasBegun(undone)) return undone;
  throw usage(
    `the run ${undoOf}, which is to be undone, no longer exists`,
    'nothing was taken back; `runbook abandon` closes this one',
  );
}
