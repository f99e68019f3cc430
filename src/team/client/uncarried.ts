/** A run that no worker can carry: its code is that of the version it began with, and none of those that answer has it. Told, never waited for in silence. */
import type { CommandError } from '../../console/exit-codes.ts';
import { usage } from '../../console/exit-codes.ts';
import type { ClientSdk, Described } from '../sdk.ts';

/** Workers of several versions may share a queue, and the right one may come late: so many answers in a row count. */
const convincing = 20;
/** Of the server's own tries to hand the run to a worker. */
const failing = 3;

export interface Doubts {
  /** Throws once nobody seems to have the code; else whoever asks may ask again. */
  heard(problem: unknown): void;
}

export function doubtsOf(sdk: ClientSdk, run: string): Doubts {
  let wrong = 0;
  return {
    heard: (problem) => {
      wrong = lacksCode(sdk, problem) ? wrong + 1 : 0;
      if (wrong >= convincing) throw uncarried(run);
    },
  };
}

const lacksCode = (sdk: ClientSdk, problem: unknown): boolean =>
  problem instanceof sdk.QueryNotRegisteredError && /no such function is exported|untracked workflow/.test(problem.message);

export const uncarried = (run: string): CommandError =>
  usage(
    `run ${run} stands still: it began with another version of runbook, and no worker that answers has its code`,
    'start a worker of that version, or one that keeps the state folder of a worker that had it; nothing of the run is lost',
  );

/** Also while a worker is being started; it passes by itself then. */
export const isUncarried = ({ raw }: Described): boolean => Number(raw?.pendingWorkflowTask?.attempt ?? 0) >= failing;

/** The server refuses an act at once as long as the last try of a worker has failed. */
export const isRefusedUncarried = (problem: unknown): boolean =>
  problem instanceof Error && /Workflow Task in failed state/.test(`${problem.message} ${String(problem.cause)}`);
