/** What the picker needs from outside: the catalogue, environments, pages, plans and the types of inputs. */
import type { FinderEntry } from '../model/finder.ts';
import type { TypedInput } from '../../interpreter/link/protocol.ts';

export interface InputField {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** As text, taken when nothing is typed; undefined: it must be given. */
  readonly initial: string | undefined;
  /** The only values there are. */
  readonly choices: readonly string[];
  /** Members are typed one after the other. */
  readonly isList: boolean;
}

export interface EnvironmentChoice {
  readonly name: string;
  readonly rehearsal: boolean;
}

export interface PickerOptions {
  readonly entries: readonly FinderEntry[];
  /** The runbook that was named: only its inputs are asked for. */
  readonly named?: FinderEntry;
  readonly environments: readonly EnvironmentChoice[];
  /** The one that was named, or the only one. */
  readonly environment: string | undefined;
  readonly page: (path: string) => readonly string[];
  readonly fields: (path: string) => readonly InputField[];
  /** What stands in the way of a run in this environment, before any input is asked for. */
  readonly obstacle: (path: string, environment: string) => string;
  readonly typeInput: (path: string, name: string, text: string) => TypedInput;
  /** The plan with these inputs, or what is wrong. */
  readonly plan: (picked: Picked) => Promise<readonly string[]>;
}

export interface Picked {
  readonly path: string;
  readonly environment: string | undefined;
  readonly inputs: Readonly<Record<string, string>>;
}
