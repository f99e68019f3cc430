import type { Decision } from './event.ts';
import type { Key, Ms } from './value.ts';

/** What `decide` asks the loop to do. Only `attempt` has an effect outside; the rest is safe to repeat. */
export type Command =
  /** A decision: appended and folded before decide runs again. */
  | { readonly do: 'append'; readonly event: Decision }
  /** Templates, when, forEach, texts of questions; answered by step.resolved. */
  | { readonly do: 'resolve'; readonly key: Key }
  /** doneWhen, read only; answered by probe.finished. */
  | { readonly do: 'probe'; readonly key: Key; readonly when: 'before' | 'after' | 'doubt' }
  /** Old state for undo; answered by undo.captured. */
  | { readonly do: 'capture'; readonly key: Key }
  /** The loop appends attempt.started, syncs, performs, appends attempt.finished. until: run clock, 0 = no limit. */
  | { readonly do: 'attempt'; readonly key: Key; readonly n: number; readonly role: 'do' | 'undo'; readonly until: Ms }
  /** Level-triggered: compared with what is in force. */
  | { readonly do: 'cancel'; readonly key: Key; readonly force: boolean }
  /** Level-triggered: earliest moment (run clock) at which decide wants to be asked again; the loop appends time.reached. */
  | { readonly do: 'wake'; readonly at: Ms };
