/** What every picture of a run gets and gives: the full screen and the plain lines are two of them. */
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { State } from '../interpreter/core/model/state.ts';
import type { Actor } from '../interpreter/core/model/value.ts';
import type { ActReply } from '../interpreter/link/connect.ts';
import type { Act, Controls, TypedInput } from '../interpreter/link/protocol.ts';

export interface PictureOptions {
  readonly plan: Plan;
  readonly actor: Actor;
  /** The run directory: output of steps and samples of waits are read from it. */
  readonly folder: string;
  /** Hands an act to the engine; says what became of it. */
  readonly act: (act: Act) => Promise<ActReply>;
  readonly controls: () => Controls;
  /** Text for an input of the runbook, as its declared type. */
  readonly typeInput: (name: string, text: string) => TypedInput;
  /** Leaves; the run continues. */
  readonly detach: () => void;
  /** The run ends with this viewer, so leaving it is aborting it. */
  readonly bound: boolean;
}

export interface Picture {
  /** `state` is the one state, changed by `record`. */
  update(record: Stamped, state: State): void;
  /** Restores the terminal. */
  close(): Promise<void>;
}
