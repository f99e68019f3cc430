/** What the keys of the screen do, for scripts: `runbook answer|pause|continue|step|skip|retry|extend|input|note|abort RUN ...`. */
import type { OpenQuestion } from '../interpreter/engine/operator.ts';
import type { Act } from '../interpreter/link/protocol.ts';
import type { Given } from '../ui/controls.ts';
import { actOf } from '../ui/controls.ts';
import { questionAnswer as answerTo, isTyped, nextField, openQuestions, replyTo } from '../ui/questions.ts';
import { formOf, typeFormText } from '../interpreter/plan/form.ts';
import { followsLines, followsOf } from '../ui/model/follows.ts';
import { actorOf } from '../console/actor.ts';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import { stateRoot } from '../console/state-root.ts';
import { listRuns } from '../interpreter/store/run-directory.ts';
import { answerAtDoor, doorFor } from './approvals.ts';
import type { Running } from '../session/act-in-run.ts';
import { actIn } from '../session/act-in-run.ts';
import { openNamedRun } from '../session/open-run.ts';
import { typeInput } from '../session/type-input.ts';

export interface ActOptions {
  readonly reason?: string;
  readonly operator?: string;
  readonly actorKind?: string;
  readonly onBehalfOf?: string;
  readonly undo?: boolean;
  readonly force?: boolean;
}

/** `fields`: the arguments as they were given; values, texts and reasons reach the record unchanged. */
export const steer = (name: string, word: string, fields: Given, options: ActOptions): Promise<number> =>
  inRun(name, options, ({ plan, state, directory }) => {
    const spoken = actOf(
      word,
      { ...fields, ...(options.reason === undefined ? {} : { reason: options.reason }) },
      { plan, state, typeInput: (input, text) => typeInput(directory, input, text) },
    );
    if (!spoken.ok) throw usage(spoken.why, `\`runbook runs ${directory.id}\` shows its steps and what it asks`);
    return spoken.act;
  });

/** `runbook abort RUN --reason R [--undo] [--force]`. */
export const abort = (name: string, options: ActOptions): Promise<number> =>
  inRun(name, options, () => ({
    is: 'control',
    control: { is: 'abort', undo: options.undo === true, force: options.force === true, reason: reasonOf(options) },
  }));

/**
 * `runbook answer RUN STEP TEXT...`: TEXT is an option, the typed name, JSON of all fields, or the values of the fields in order. What was shown is taken from the
 * record at this moment; when it has changed by the time the answer arrives, the answer does not count.
 */
export async function answer(name: string, step: string, texts: readonly string[], options: ActOptions): Promise<number> {
  const mine = (await listRuns(stateRoot())).some((one) => name === 'last' || one.run.startsWith(name));
  const door = mine ? undefined : doorFor(name);
  if (door !== undefined) return answerAtDoor(door, step, texts.join(' '), options);
  return inRun(name, options, ({ plan, state, directory }) => {
    const question = questionOf(openQuestions(plan, state), step);
    const [only = '', another] = texts;
    if (question.ask === 'input' && another === undefined) {
      const given = formOf(question.show.fields, only);
      const typed = typeFormText(question.show.fields, only);
      if (!typed.ok) throw usage(typed.why, fieldsHint(directory.id, step));
      return withReason(answerTo(question, 'answered', { value: given }).act, options.reason);
    }
    let values: Readonly<Record<string, string>> = {};
    for (const text of texts) {
      // At a prompt a reason may follow the option; here it has an option of its own.
      if (!isTyped(question) && /\s/.test(text.trim()) && !question.options.includes(text.trim()))
        throw usage(`"${text}" is not one of ${question.options.join(', ')}`, 'the reason goes into --reason');
      const reply = replyTo(question, text, values);
      if (reply.is === 'wrong')
        throw usage(
          [reply.why, ...followsLines(question, followsOf(plan, state, question))].join('\n  '),
          `\`runbook runs ${directory.id}\` shows the whole question`,
        );
      if (reply.is === 'act') return withReason(reply.act, options.reason);
      values = reply.values;
    }
    throw usage(`${step} asks for ${nextField(question, values)} as well`, fieldsHint(directory.id, step));
  });
}

const fieldsHint = (run: string, step: string): string =>
  `\`runbook runs ${run}\` shows the fields; give their values in order, or as JSON: runbook answer ${run} ${step} '{"FIELD": "VALUE"}'`;

const withReason = (act: Act, reason: string | undefined): Act =>
  act.is === 'answer' && reason !== undefined ? { ...act, reason } : act;

function questionOf(open: readonly OpenQuestion[], step: string): OpenQuestion {
  const found = open.filter((one) => one.key === step || one.id === step);
  const [only] = found;
  if (only !== undefined) return only;
  const asked = open.map((one) => one.key).join(', ');
  throw usage(`step ${step} has no open question`, asked === '' ? 'this run has no open question' : `open questions: ${asked}`);
}

function reasonOf(options: ActOptions): string {
  if (options.reason === undefined || options.reason.trim() === '')
    throw usage('--reason is missing', 'the record keeps why the run was aborted: --reason "TEXT"');
  return options.reason;
}

/** What the engine refuses ends the command with exit code 1 and its reason. */
async function inRun(name: string, options: ActOptions, act: (running: Running) => Act): Promise<number> {
  const directory = await openNamedRun(name);
  const done = await actIn(directory, actorOf(options), act);
  if (done.ok) return exitCodes.succeeded;
  throw new CommandError({
    exitCode: exitCodes.failed,
    message: `not done: ${done.why}`,
    hint: `\`runbook runs ${directory.id}\` shows where the run is now`,
  });
}
