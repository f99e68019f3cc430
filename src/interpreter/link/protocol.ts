/**
 * What viewers and the engine of a run say to each other: JSON lines over a unix socket. Facts are never sent: a viewer reads them from the
 * run directory, the socket only says that there are more. Version 2; both sides name theirs first.
 */
import type { Control, Shown } from '../core/model/event.ts';
import type { Actor, Json, Sha, Value } from '../core/model/value.ts';

/** What somebody says about themselves. */
export type Claim = Pick<Actor, 'name' | 'auth' | 'kind' | 'onBehalfOf' | 'roles'>;

export const linkVersion = 2;

/** Longest line that either side takes, bytes. */
export const longestLine = 256 * 1024;

/**
 * approve: comes through the approval door, sees the approvals that it may give, and answers these.
 * control: a screen that takes the controls when nobody has them. watch: looks only. command: one act of a script, which needs no controls,
 * because nobody can press its key by mistake.
 */
export type Mode = 'control' | 'watch' | 'command' | 'approve';

export type Act =
  | {
      readonly is: 'answer';
      readonly question: string;
      readonly verdict: string;
      /** Hash of what the operator saw (F48). */
      readonly shown: Sha;
      readonly value?: Value;
      readonly reason?: string;
    }
  | { readonly is: 'control'; readonly control: Control }
  /** Moves the controls to this viewer. */
  | { readonly is: 'take' };

/** A value that fits its declaration, or in words why there is none. */
export type TypedInput = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };

export type FromViewer =
  /** Of the actor only the claims count: a name, a kind, who it acts for. Which user it is, the engine finds out. */
  | { readonly is: 'hello'; readonly v: number; readonly run: string; readonly actor: Claim; readonly mode: Mode }
  /** The file of the challenge is there. */
  | { readonly is: 'proved' }
  /** `id` is unique per viewer and act; the same id again is the same act. */
  | { readonly is: 'do'; readonly id: string; readonly act: Act };

/** A question as the approval door shows it: what is asked, and the hash that binds the answer. */
export interface Asked {
  readonly id: string;
  readonly key: string;
  readonly show: Shown;
  readonly shown: Sha;
  readonly from?: readonly string[];
}

/** Who has the controls. */
export interface Controls {
  readonly yours: boolean;
  readonly holder?: Actor;
}

export type FromEngine =
  /** Make the file `name` in the folder of proofs (proof.ts). */
  | { readonly is: 'challenge'; readonly name: string }
  /** Approval door: what this person may answer now. */
  | { readonly is: 'questions'; readonly runbook: string; readonly starter?: Actor; readonly open: readonly Asked[] }
  | { readonly is: 'welcome'; readonly v: number; readonly run: string; readonly epoch: number; readonly controls: Controls }
  | { readonly is: 'refused'; readonly why: string; readonly hint?: string }
  /** The act is on disk as record `seq`. */
  | { readonly is: 'ack'; readonly id: string; readonly seq: number }
  | { readonly is: 'nack'; readonly id: string; readonly why: string }
  /** Records up to `seq` can be read. */
  | { readonly is: 'poke'; readonly seq: number }
  | { readonly is: 'controls'; readonly controls: Controls }
  /** The engine goes: with the exit code of the run, or with what kept it from continuing. */
  | { readonly is: 'ended'; readonly exitCode: number; readonly message?: string; readonly hint?: string };

/** What an engine writes into its run directory for those who want to speak to it: `engine.json`. */
export interface EngineFile {
  readonly v: number;
  readonly pid: number;
  readonly startTime: string;
  readonly boot: string;
  /** Absent: there is none, and `why` says why. */
  readonly socket?: string;
  /** Socket where other users of this host may approve. */
  readonly door?: string;
  readonly why?: string;
}
