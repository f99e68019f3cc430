import { suggestion } from '../language/suggest.ts';

/** Why no plan can be made: inputs, targets, durations. Lint has found everything that does not need them. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export const problem = (code: string, message: string, hint?: string): Problem => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});

export const unknownName = (code: string, message: string, name: string, known: readonly string[]): Problem =>
  problem(code, message, suggestion(name, known));

export const callPlace = (where: string): Problem =>
  problem(
    'call-place',
    `${where}: a runbook cannot be called in watch, comms, undo, doneWhen or postmortem`,
    'call it in `steps:`, `containment:`, `validations:`, `finally:` or a section of reads',
  );
