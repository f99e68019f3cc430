/** What the picker needs from outside: the catalogue, pages, plans and the types of inputs. */
import type { Entry } from '../model/finder.ts';
import type { TypedInput } from '../../interpreter/link/protocol.ts';

export interface InputField {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** As text; undefined: it must be given. */
  readonly initial: string | undefined;
}

export interface PickerOptions {
  readonly entries: readonly Entry[];
  /** The runbook that was named: only its inputs are asked for. */
  readonly named?: Entry;
  readonly environment: string;
  readonly page: (path: string) => readonly string[];
  readonly fields: (path: string) => readonly InputField[];
  readonly typeInput: (path: string, name: string, text: string) => TypedInput;
  /** The plan with these inputs, or what is wrong. */
  readonly plan: (path: string, inputs: Readonly<Record<string, string>>) => Promise<readonly string[]>;
}

export interface Picked {
  readonly path: string;
  readonly inputs: Readonly<Record<string, string>>;
}
