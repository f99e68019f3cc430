/** A viewer of a run: follows its files, draws, and hands what the operator does to the engine. Shared by run, resume, undo and attach. */
import { constants, setPriority } from 'node:os';
import { fold } from '../interpreter/core/fold/fold.ts';
import { initialState } from '../interpreter/core/model/initial.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { State } from '../interpreter/core/model/state.ts';
import type { Actor } from '../interpreter/core/model/value.ts';
import type { Connection, Ended } from '../interpreter/link/connect.ts';
import { connect, LinkError } from '../interpreter/link/connect.ts';
import type { Mode } from '../interpreter/link/protocol.ts';
import { followJournal, FollowError } from '../interpreter/store/follow.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import type { Picture, PictureOptions } from '../ui/view.ts';
import { CommandError, exitCodes } from '../console/exit-codes.ts';
import { sayEnd } from './print-outcome.ts';
import { readStored } from './load-run.ts';
import { onViewerSignals } from './signals.ts';
import { printError, tolerateLostTerminal } from '../console/terminal.ts';
import { typeInput } from './type-input.ts';

export interface Viewing {
  readonly directory: RunDirectory;
  readonly plan: Plan;
  readonly actor: Actor;
  readonly mode: Exclude<Mode, 'command'>;
  readonly form: 'tui' | 'plain';
  /** The engine ends with this process. */
  readonly bound: boolean;
  /** Where it is being loaded already. */
  readonly picture?: Promise<OpenPicture>;
}

export type OpenPicture = (options: PictureOptions) => Picture;

/** Pokes may be lost with a slow socket; the files are looked at as well. */
const lookMs = 500;
/** How long the engine may take to say its last words after the last record. */
const lastWordsMs = 5000;

type Leaving = { readonly is: 'finished' | 'detached' | 'lost' } | { readonly is: 'broken'; readonly problem: unknown };

/** Returns the exit code: the run's own when it has finished, 12 when it continues without this viewer. */
export async function viewRun(viewing: Viewing): Promise<number> {
  tolerateLostTerminal();
  const { directory } = viewing;
  const [open, session] = await Promise.all([viewing.picture ?? loadPicture(viewing.form), openSession(viewing)]);
  const picture: Picture = open(pictureOptions(viewing, session));
  session.draw(picture);
  // Not before the first picture: it is waited for.
  if (!viewing.bound) giveWay();
  const release = onViewerSignals({
    detach: session.detach,
    abort: (force, reason) => {
      void session.connection.act({ is: 'control', control: { is: 'abort', undo: false, force, reason } });
    },
    bound: viewing.bound,
  });
  try {
    const leaving = await session.left;
    if (leaving.is === 'finished') await Promise.race([session.ended, pause(lastWordsMs)]);
    await picture.close();
    if (leaving.is === 'broken') throw brokenRecord(directory.id, leaving.problem);
    return await conclude(directory, session.state, leaving.is, await Promise.race([session.ended, pause(0)]));
  } finally {
    release();
    session.close();
  }
}

/** Where processors are scarce, the engine and what it starts come before the picture of them. */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not permitted here: the picture takes its turn like everybody.
  }
}

const pause = (ms: number): Promise<undefined> =>
  new Promise((resolve) => {
    setTimeout(() => {
      resolve(undefined);
    }, ms);
  });

/** The screen is the largest import of all; who knows that it will be needed loads it while something else is waited for. */
export async function loadPicture(form: 'tui' | 'plain'): Promise<OpenPicture> {
  if (form === 'tui') return (await import('../ui/screen/mount.tsx')).openScreen;
  const { openPlain } = await import('../ui/plain/open.ts');
  const { plainTerminal } = await import('./plain-terminal.ts');
  return (options) => openPlain(options, plainTerminal());
}

interface Session {
  readonly state: State;
  readonly connection: Connection;
  /** Why the viewer leaves. */
  readonly left: Promise<Leaving>;
  /** Settles when the engine has exited. */
  readonly ended: Promise<Ended | undefined>;
  /** Draws what is known so far and everything that follows. */
  draw(picture: Picture): void;
  readonly detach: () => void;
  close(): void;
}

/** Throws CommandError when there is no engine to speak to. */
async function openSession(viewing: Viewing): Promise<Session> {
  const { directory, plan } = viewing;
  const follower = followJournal(directory.journalPath);
  const state = initialState(plan);
  let picture: Picture | undefined;
  let gone = false;
  let leave: (leaving: Leaving) => void = () => undefined;
  let end: (ended: Ended | undefined) => void = () => undefined;
  const left = new Promise<Leaving>((resolve) => (leave = resolve));
  const ended = new Promise<Ended | undefined>((resolve) => (end = resolve));
  const look = (): void => {
    if (picture === undefined) return;
    try {
      for (const record of follower.read()) {
        fold(plan, state, record);
        picture.update(record, state);
      }
    } catch (problem) {
      leave({ is: 'broken', problem });
    }
    if (state.phase === 'finished') leave({ is: 'finished' });
    else if (gone) leave({ is: 'lost' });
  };
  const connection: Connection = await connect({
    directory: directory.path,
    run: directory.id,
    actor: viewing.actor,
    mode: viewing.mode,
    onNews: look,
    // An engine that has exited may have finished its run first: only the record tells, and it is read once there is a picture.
    onEnd: (how) => {
      gone = true;
      end(how);
      look();
    },
  }).catch((problem: unknown) => {
    // A short run may have ended before anybody could look.
    if (problem instanceof LinkError && problem.kind === 'none' && readStored(directory).state.phase === 'finished') {
      end(undefined);
      return noConnection;
    }
    follower.close();
    throw problem instanceof LinkError ? noLink(problem) : problem;
  });
  const timer = setInterval(look, lookMs);
  return {
    state,
    connection,
    left,
    ended,
    draw: (on) => {
      picture = on;
      look();
    },
    detach: () => {
      leave({ is: 'detached' });
    },
    close: () => {
      clearInterval(timer);
      connection.close();
      follower.close();
    },
  };
}

const noConnection: Connection = {
  controls: () => ({ yours: false }),
  act: () => Promise.resolve({ ok: false, why: 'the run has finished' }),
  close: () => undefined,
};

export function noLink(problem: LinkError): CommandError {
  return new CommandError({
    exitCode: exitCodes.usage,
    message: problem.message,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  });
}

const pictureOptions = (viewing: Viewing, session: Session): PictureOptions => ({
  plan: viewing.plan,
  actor: viewing.actor,
  folder: viewing.directory.path,
  bound: viewing.bound,
  act: (act) => session.connection.act(act),
  controls: () => session.connection.controls(),
  typeInput: (name, text) => typeInput(viewing.directory, name, text),
  detach: () => {
    session.detach();
  },
});

function brokenRecord(run: string, problem: unknown): unknown {
  if (!(problem instanceof FollowError)) return problem;
  const hint =
    problem.kind === 'gone'
      ? 'the journal is no longer writable; the engine stops before the next change'
      : 'nothing was changed';
  return new CommandError({ exitCode: exitCodes.journal, message: `run ${run}: ${problem.message}`, hint });
}

async function conclude(
  directory: RunDirectory,
  state: State,
  how: 'finished' | 'detached' | 'lost',
  ended: Ended | undefined,
): Promise<number> {
  const run = directory.id;
  if (how === 'detached') {
    await printError(`Detached. Run ${run} continues; reattach with \`runbook attach ${run}\`.`);
    return exitCodes.detached;
  }
  if (how === 'finished') {
    await sayEnd(directory, state.outcome);
    return ended?.exitCode ?? state.exitCode ?? exitCodes.internal;
  }
  if (ended?.message !== undefined) {
    await printError(`runbook: ${ended.message}`);
    if (ended.hint !== undefined) await printError(`  hint: ${ended.hint}`);
    return ended.exitCode;
  }
  await printError(`runbook: the engine of run ${run} exited unexpectedly`);
  await printError(`  hint: resume with \`runbook resume ${run}\`; its last output is in engine.log of the run directory`);
  return ended?.exitCode ?? exitCodes.internal;
}
