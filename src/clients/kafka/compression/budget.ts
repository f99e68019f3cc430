/**
 * How much the records of one answer may grow to. A megabyte of a compressed log can hold gigabytes of the same letter, by accident or on purpose,
 * and the driver unpacks every batch of an answer before anybody sees a record. So the batches of one answer share a budget.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Bytes that one answer of a broker may unpack to. */
export const answerBytes = 64 * 1_048_576;

export class UnpackedTooLarge extends Error {}

interface Budget {
  left: number;
}

const budgets = new AsyncLocalStorage<Budget>();

/** What is unpacked within `work` shares one budget. */
export const withinBudget = <T>(work: () => Promise<T>): Promise<T> => budgets.run({ left: answerBytes }, work);

/** Bytes that may still come. */
export const budgetLeft = (): number => budgets.getStore()?.left ?? answerBytes;

/** Called before the bytes are made. */
export function spend(bytes: number): void {
  const budget = budgets.getStore() ?? { left: answerBytes };
  if (bytes > budget.left) throw new UnpackedTooLarge(`compressed records are larger than ${String(answerBytes)} bytes`);
  budget.left -= bytes;
}
