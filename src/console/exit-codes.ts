/** The one table of exit codes; documented in the README, stable. */
export const exitCodes = {
  succeeded: 0,
  failed: 1,
  usage: 2,
  invalidDocument: 3,
  refused: 4,
  lockHeld: 5,
  undone: 6,
  undoFailed: 7,
  notAnswered: 8,
  unknown: 9,
  journal: 10,
  aborted: 11,
  detached: 12,
  internal: 70,
  deadline: 124,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** A problem that ends the command with a code of its own and a message for people. */
export interface CommandProblem {
  readonly exitCode: number;
  readonly message: string;
  readonly hint?: string;
  /** What a terminal has been shown already, a line each; a page or an agent shows it with the message. */
  readonly shown?: readonly string[];
}

/** For whoever has not seen the terminal. */
export const wholeMessage = ({ message, shown = [] }: CommandProblem): string => [message, ...shown].join('\n');

/** Thrown by commands and caught once, in cli.ts; `problem` says what to print and how to exit. */
export class CommandError extends Error {
  readonly problem: CommandProblem;
  constructor(problem: CommandProblem) {
    super(problem.message);
    this.name = 'CommandError';
    this.problem = problem;
  }
}

/** A call that cannot be done as it was given. The hint says what is expected, or what to do next; undefined only where whoever found the problem has none. */
export function usage(message: string, hint: string | undefined): CommandError {
  return new CommandError({ exitCode: exitCodes.usage, message, ...(hint === undefined ? {} : { hint }) });
}
