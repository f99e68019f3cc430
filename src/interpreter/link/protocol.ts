/**
 * What viewers and the engine of a run say to each other: JSON lines over a unix socket. Facts are never sent: a viewer reads them from the
 * run directory, the socket only says that there are more (core.md 4). Version 1; both sides name theirs first.
 */
import type { Control } from '../core/model/event.ts';
import type { Actor, Json, Sha, Value } from '../core/model/value.ts';

export const linkVersion = 1;

/** Longest line that either side takes, bytes. */
export const longestLine = 256 * 1024;

/**
 * control: a screen that takes the controls when nobody has them. watch: looks only. command: one act of a script, which needs no controls,
 * because nobody can press its key by mistake.
 */
export type Mode = 'control' | 'watch' | 'command';

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
  | { readonly is: 'hello'; readonly v: number; readonly run: string; readonly actor: Actor; readonly mode: Mode }
  /** `id` is unique per viewer and act; the same id again is the same act. */
  | { readonly is: 'do'; readonly id: string; readonly act: Act };

/** Who has the controls. */
export interface Controls {
  readonly yours: boolean;
  readonly holder?: Actor;
}

export type FromEngine =
  | { readonly is: 'welcome'; readonly v: number; readonly run: string; readonly epoch: number; readonly controls: Controls }
  | { readonly is: 'refused'; readonly why: string; readonly hint?: string }
  /** The act is on disk as record `seq`. */
  | { readonly is: 'ack'; readonly id: string; readonly seq: number }
  | { readonly is: 'nack'; readonly id: string; readonly why: string }
  /** Records up to `seq` can be read. */
  | { readonly is: 'poke'; readonly seq: number }
  | { readonly is: 'controls'; readonly controls: Controls }
  /** The engine goes: with the exit code of the run, or with what kept it from going on. */
  | { readonly is: 'ended'; readonly exitCode: number; readonly message?: string; readonly hint?: string };

/** What an engine writes into its run directory for those who want to speak to it: `engine.json`. */
export interface EngineFile {
  readonly v: number;
  readonly pid: number;
  readonly startTime: string;
  readonly boot: string;
  /** Absent: there is none, and `why` says why. */
  readonly socket?: string;
  readonly why?: string;
}
