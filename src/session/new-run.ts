/** From a name and options to a run that can begin: all that is refused before there is a run has been refused. Shared by `run` and the service. */
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import { actorOf } from '../console/actor.ts';
import type { Origin } from '../interpreter/store/run-directory.ts';
import { createRun, newRunId } from '../interpreter/store/run-directory.ts';
import { answersOf } from './answers.ts';
import type { Hosting, Operation } from './hosting.ts';
import type { Prepared } from './prepare.ts';
import { baseDirectory, prepare } from './prepare.ts';
import { pinOf } from './rebind.ts';
import { secretInputsOf } from './secret-inputs.ts';
import { refuseMissingSecrets } from './secrets.ts';
import { programsOf, refuseUntrusted } from './trust.ts';

/** A run that has not begun and has no folder yet. */
export type NewRun = Omit<Hosting, 'directory' | 'root' | 'resume' | 'report' | 'undoOf'> &
  Pick<Operation, 'answers'> & {
    /** Text of the runbook. */
    readonly source: string;
    readonly origin: Origin;
  };

/** Who performs it: an engine of this host, or workers of a team with secrets and programs of their own. */
export type Performer = 'here' | 'team';

/** Throws CommandError. */
export async function newRun(name: string, options: PlanOptions & AnswerOptions, performer: Performer = 'here'): Promise<NewRun> {
  return newRunOf(await prepare(name, options), options, performer);
}

/** The same, of what was prepared already. */
export async function newRunOf(
  prepared: Prepared,
  options: PlanOptions & AnswerOptions,
  performer: Performer = 'here',
): Promise<NewRun> {
  const { plan, environment, config } = prepared;
  const answers = answersOf(options, plan);
  const isHere = performer === 'here';
  if (isHere) await refuseMissingSecrets(plan, environment);
  if (isHere) await refuseUntrusted(config.path, programsOf(plan, environment), options);
  const questions = options.questions !== false;
  const secretInputs = isHere ? await secretInputsOf(plan, prepared.runbook.data['inputs'], { questions }) : {};
  const directory = baseDirectory(prepared.path);
  return {
    plan,
    source: prepared.text,
    origin: { directory, config: config.path ?? null },
    environment,
    roles: config.roles,
    actor: actorOf(options),
    baseDirectory: directory,
    config: pinOf(config),
    secretInputs,
    answers,
  };
}

/** Gives the run its folder below `root`. */
export async function openNewRun(root: string, { source, origin, ...rest }: NewRun): Promise<Omit<Operation, 'options'>> {
  const directory = await createRun(root, newRunId(), { plan: rest.plan, source, origin });
  return { ...rest, directory, root, resume: false };
}
