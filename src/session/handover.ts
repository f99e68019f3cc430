/**
 * What the starter of a run hands to its engine process, over stdin, and nothing of it in argv or in a file. Of secrets it has
 * references, except for the secret inputs: some were typed, or read from a pipe that gives them once.
 */
import type { Environment } from '../interpreter/config/config.ts';
import type { Actor, FilePin } from '../interpreter/core/model/value.ts';
import type { SecretInputs } from './secret-inputs.ts';
import type { Roles } from '../interpreter/engine/approval.ts';

export interface Handover {
  readonly root: string;
  readonly run: string;
  readonly environment: Environment;
  readonly roles: Roles;
  readonly actor: Actor;
  readonly baseDirectory: string;
  readonly config: FilePin | null;
  readonly resume: boolean;
  readonly secretInputs: SecretInputs;
  /** Undo runs: id of the run whose undos are performed. */
  readonly undoOf?: string;
  readonly report?: string;
  /** Answers given beforehand. */
  readonly yes: boolean;
  readonly answers: Readonly<Record<string, string>>;
  readonly reason?: string;
  /** Nobody will look: what was not answered beforehand is declined at once. */
  readonly unattended: boolean;
  /** The run ends with its starter (`--foreground`). */
  readonly bound: boolean;
}

/** One line on the engine's stdout. */
export type HandoverAnswer =
  | { readonly is: 'opened' }
  | { readonly is: 'refused'; readonly exitCode: number; readonly message: string; readonly hint?: string };
