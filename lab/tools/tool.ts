/** A stand-in for a program that people know. It runs in the world's process; on PATH is a small client that forwards its words. */

export interface Invocation {
  /** Arguments without the program's name. */
  readonly argv: readonly string[];
  /** Where it was called: the host of an ssh session; empty: the machine of the operator. */
  readonly host: string;
  readonly cwd: string;
  /** Variables of the caller. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Only what the client was sent: it reads its input where an argument is `-`, `/dev/stdin` or `-i`. */
  readonly stdin: string;
}

export interface ToolResult {
  readonly code: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

export type Tool = (invocation: Invocation) => Promise<ToolResult>;

export const printed = (stdout: string): ToolResult => ({
  code: 0,
  stdout: stdout === '' || stdout.endsWith('\n') ? stdout : `${stdout}\n`,
});

/** A refusal in the words of the real program. */
export const refused = (stderr: string, code = 1): ToolResult => ({ code, stderr: `${stderr}\n` });
