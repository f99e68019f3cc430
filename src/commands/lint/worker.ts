/** A helper of `lint` with many files (lint-many): a thread that runs this program again. It is not a verb for people. */
import { parentPort, workerData } from 'node:worker_threads';
import { exitCodes } from '../../console/exit-codes.ts';
import type { WorkerPart } from './many.ts';
import { takeTurns } from './many.ts';
import { createLinter } from './one.ts';

/** Undefined outside of a helper thread: then the word is an unknown command. */
export async function lintPart(): Promise<number | undefined> {
  if (parentPort === null) return undefined;
  const part = workerData as WorkerPart;
  parentPort.postMessage(await takeTurns(await createLinter(part.against, part.directory), part));
  return exitCodes.succeeded;
}
