/** What an engine needs to carry a run, and what answers are there before it begins. */
import type { AnswerOptions } from '../console/options.ts';
import type { Environment } from '../interpreter/config/config.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { Actor, FilePin } from '../interpreter/core/model/value.ts';
import type { Roles } from '../interpreter/engine/approval.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import type { SecretInputs } from './secret-inputs.ts';

export interface Hosting {
  readonly plan: Plan;
  readonly environment: Environment;
  readonly roles: Roles;
  readonly directory: RunDirectory;
  readonly root: string;
  readonly actor: Actor;
  readonly baseDirectory: string;
  /** The configuration that environment and roles come from; null: none. */
  readonly config: FilePin | null;
  readonly resume: boolean;
  /** Values of the secret inputs; in no file. */
  readonly secretInputs: SecretInputs;
  /** Undo runs: the directory of the run whose undos are performed. */
  readonly undoOf?: RunDirectory;
  /** Path of the Markdown report to write at the end. */
  readonly report?: string;
}

export type Operation = Omit<Hosting, 'report'> & {
  readonly options: AnswerOptions;
  /** Answers given beforehand, found possible. */
  readonly answers: Readonly<Record<string, string>>;
};

export type AnswersBefore = AnswerOptions & Pick<Operation, 'answers'>;
