/** An engine that crashes prints its error to the terminal, or to engine.log: secrets that drivers put into it are masked before. */
import type { Redactor } from '../interpreter/guard/redact.ts';
import { maskError } from '../interpreter/guard/errors.ts';
import { exitCodes } from '../console/exit-codes.ts';
import { printError } from '../console/terminal.ts';

export interface CrashGuard {
  /** For errors that were caught. */
  mask(problem: unknown): void;
  release(): void;
}

/** Only listens to what nobody catches: what becomes of the process stays as it was. */
export function guardCrashes(redactor: Redactor): CrashGuard {
  const mask = (problem: unknown): void => {
    maskError(problem, redactor);
  };
  const monitor = (problem: unknown): void => {
    mask(problem);
    if (typeof problem !== 'string' || redactor.text(problem) === problem) return;
    // A thrown text cannot be changed: node would print it unchanged.
    void printError(`runbook: internal error: ${redactor.text(problem)}`);
    process.exit(exitCodes.internal);
  };
  const warned = (warning: Error): void => {
    mask(warning);
  };
  process.on('uncaughtExceptionMonitor', monitor);
  process.prependListener('warning', warned);
  return {
    mask,
    release: () => {
      process.off('uncaughtExceptionMonitor', monitor);
      process.off('warning', warned);
    },
  };
}
