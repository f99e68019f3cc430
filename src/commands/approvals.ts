/** `runbook approvals`, and the answer to one: through the approval door of a run, whose folder belongs to another user. */
import type { Connection } from '../interpreter/link/connect.ts';
import { connect, LinkError } from '../interpreter/link/connect.ts';
import type { Door } from '../interpreter/link/door.ts';
import { findDoors } from '../interpreter/link/door.ts';
import type { Asked, FromEngine } from '../interpreter/link/protocol.ts';
import type { ActorOptions } from '../console/actor.ts';
import { actorOf } from '../console/actor.ts';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import type { OutputOption } from '../console/options.ts';
import { print, printJson } from '../console/terminal.ts';
import { sanitize } from '../interpreter/guard/sanitize.ts';
import { actorText } from '../ui/format.ts';

type Questions = Extract<FromEngine, { is: 'questions' }>;

export async function approvals(options: ActorOptions & OutputOption): Promise<number> {
  const found = await Promise.all(findDoors('').map((door) => questionsAt(door, options)));
  const all = found.flatMap((one) => (one === undefined || one.asked.open.length === 0 ? [] : [one]));
  if (options.output === 'json')
    await printJson(
      all.map(({ door, asked }) => ({ run: door.run, runbook: asked.runbook, starter: asked.starter, open: asked.open })),
    );
  else
    for (const { door, asked } of all) for (const one of asked.open) await print(lines(door, asked, one).map(clean).join('\n'));
  return exitCodes.succeeded;
}

/** What the other user's engine says moves no cursor. */
const clean = (line: string): string => sanitize(line.replaceAll(/\r?\n/g, '\n    '));

function lines(door: Door, asked: Questions, { key, show, shown, from }: Asked): readonly string[] {
  const row = (name: string, text: string | undefined): readonly string[] =>
    text === undefined ? [] : [`  ${name.padEnd(9)}${text}`];
  return [
    `${door.run}  ${asked.runbook}  ${key}: ${show.message ?? show.title}`,
    ...row('started', asked.starter === undefined ? undefined : `by ${actorText(asked.starter)}`),
    ...row('asks', from === undefined || from.length === 0 ? 'anybody else' : from.join(', ')),
    ...row('target', show.target),
    ...row('sends', show.describe),
    ...row('changes', show.diff),
    ...row('note', show.note),
    ...row('hash', shown),
    `  to agree: runbook answer ${door.run} ${key} yes`,
  ];
}

async function questionsAt(
  door: Door,
  options: ActorOptions,
): Promise<{ readonly door: Door; readonly asked: Questions } | undefined> {
  try {
    const { connection, asked } = await enter(door, options);
    connection.close();
    return { door, asked };
  } catch (problem) {
    // The door of an engine that has exited; its run asks nothing.
    if (problem instanceof LinkError) return undefined;
    throw problem;
  }
}

async function enter(door: Door, options: ActorOptions): Promise<{ readonly connection: Connection; readonly asked: Questions }> {
  let asked: Questions = { is: 'questions', runbook: '', open: [] };
  const connection = await connect({
    directory: '',
    run: door.run,
    actor: actorOf(options),
    mode: 'approve',
    door: door.socket,
    onQuestions: (questions) => (asked = questions),
  });
  return { connection, asked };
}

/** The door of the run that is meant; undefined: there is none. */
export function doorFor(run: string): Door | undefined {
  const [door, another] = run === '' ? [] : findDoors(run);
  if (another !== undefined) throw usage(`"${run}" is the beginning of several runs`, 'give more of the id');
  return door;
}

/** What is answered is what the engine shows at this moment; the hash of it goes with the answer. */
export async function answerAtDoor(
  door: Door,
  step: string,
  verdict: string,
  options: ActorOptions & { readonly reason?: string },
): Promise<number> {
  const { connection, asked } = await enter(door, options).catch((problem: unknown) => {
    throw problem instanceof LinkError ? usage(problem.message, problem.hint) : problem;
  });
  try {
    const question = asked.open.find((one) => one.key === step || one.id === step);
    if (question === undefined)
      throw usage(`${step} of run ${door.run} asks nothing of you now`, '`runbook approvals` shows what does');
    const { reason } = options;
    const act = { is: 'answer', question: question.id, verdict, shown: question.shown } as const;
    const done = await connection.act({ ...act, ...(reason === undefined ? {} : { reason }) });
    if (!done.ok)
      throw new CommandError({
        exitCode: exitCodes.failed,
        message: `not done: ${done.why}`,
        hint: '`runbook approvals` shows what is asked of you now',
      });
    return exitCodes.succeeded;
  } finally {
    connection.close();
  }
}
