/** What a place where flags live can do, and the words in which all of them fail. */
import type { Json } from '../../../interpreter/core/model/value.ts';
import type { Done } from '../../../interpreter/port/step-type.ts';

export type FlagFailure = Extract<Done, { ok: false }>;
export interface FlagState {
  readonly value: Json;
  /** Changes whenever the flag changes; where a provider has no versions, the value itself as JSON. */
  readonly version: string;
}
export type FlagRead = ({ readonly ok: true } & FlagState) | FlagFailure;

/** What a provider needs of the step that calls it. */
export interface FlagCall {
  readonly signal: AbortSignal;
  /** Mark of children, so that survivors can be found. */
  readonly cookie: string;
  /** Just before something may change. */
  readonly sent: () => void;
}

export interface Provider {
  /** Name of the flag there: runbooks and providers may differ. */
  named(flag: string): string;
  read(flag: string, call: FlagCall): Promise<FlagRead>;
  /** Writes only while the flag is still as it was read; otherwise `changed-meanwhile`, and nothing is overwritten. */
  write(flag: string, value: Json, was: FlagState, call: FlagCall): Promise<{ readonly ok: true } | FlagFailure>;
  may(flag: string, what: 'read' | 'write', call: FlagCall): Promise<{ readonly ok: true; readonly may: boolean } | FlagFailure>;
  close(): Promise<void>;
}

/** Entry of a target of type flag; which keys count depends on the provider. */
export interface FlagEntry {
  readonly provider?: string;
  readonly url?: string;
  readonly file?: string;
  readonly hash?: string;
  readonly project?: string;
  readonly environment?: string;
  readonly token?: string;
  readonly get?: readonly string[];
  readonly set?: readonly string[];
  readonly may?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly context?: Readonly<Record<string, Json>>;
  /** Other names of flags in this provider. */
  readonly names?: Readonly<Record<string, string>>;
}

export const flagRefused = (code: string, message: string, hint?: string): FlagFailure => ({
  ok: false,
  wire: 'refused',
  class: 'validation',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});

export const misconfigured = (code: string, message: string, hint?: string): FlagFailure => ({
  ...flagRefused(code, message, hint),
  wire: 'notStarted',
  class: 'config',
});

export const flagChanged = (flag: string): FlagFailure =>
  flagRefused('changed-meanwhile', `somebody else changed ${flag} meanwhile; nothing was overwritten`, 'look at it, then decide');

export const noFlag = (flag: string, where: string): FlagFailure =>
  flagRefused(
    'no-flag',
    `there is no flag ${flag} ${where}`,
    'check its name, or give its name there under `names` of the target',
  );

/** For providers that can only tell a value. */
export const readOnly = (provider: string): FlagFailure =>
  misconfigured('read-only', `${provider} evaluates flags, it cannot set them`, 'set it where the flag is defined');
