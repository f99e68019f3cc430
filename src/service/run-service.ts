/**
 * The port through which everything that is not a terminal has to do with runs: agents now, a server later. One meaning for every implementation, held
 * by the suite in test/service/conformance.ts. The local one (local.ts) is the engine process and the files of `runbook run`.
 */
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { Actor } from '../interpreter/core/model/value.ts';
import type { Act } from '../interpreter/link/protocol.ts';
import type { RunListing } from '../interpreter/store/run-directory.ts';
import type { ActorOptions } from '../console/actor.ts';
import type { NewRun } from '../session/new-run.ts';

export type Order =
  | { readonly is: 'new'; readonly run: NewRun }
  /** A run whose engine was lost: another one takes over. */
  | { readonly is: 'resume'; readonly run: string; readonly by: ActorOptions };

/** `seq`: the record that the act became. */
export type Acted =
  { readonly ok: true; readonly seq: number } | { readonly ok: false; readonly why: string; readonly hint?: string };

/** What a run has kept beside its journal. */
export interface RunFiles {
  /** Paths inside the run, sorted. */
  readonly names: readonly string[];
  /** Throws CommandError when it is not one of the names. */
  read(name: string): Buffer;
  /** `form`: as `runbook report -o` takes it; the same bytes as that command prints. */
  report(form: string): Promise<string>;
}

/** Runs are named by their id, or by a beginning that only one has. */
export interface RunService {
  /** Resolves to the id of the run when its engine holds the lock. Throws CommandError: 5 when another run holds it. A run that was refused does not exist. */
  start(order: Order): Promise<string>;
  /** Records from number `from` (the first is 1), then each as it comes, until `run.finished`. Outlives the engine. After the signal only what is there already. */
  follow(run: string, from: number, signal?: AbortSignal): AsyncIterable<Stamped>;
  /** Resolves when the act is on record, or with the reason why it is not. Of two answers to a question the first valid one counts. */
  act(run: string, act: Act, by: Actor): Promise<Acted>;
  /** Oldest first. */
  list(): Promise<readonly RunListing[]>;
  files(run: string): Promise<RunFiles>;
}
