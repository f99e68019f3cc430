/**
 * Two-stage Ctrl-C (F2, F3): the first INT or TERM aborts with the runbook's own policy for undo, a second one more than a second later forces.
 * HUP: the terminal has gone; the run goes on without it (F1).
 */
import type { Actor } from '../interpreter/core/model/value.ts';
import type { OperatorInput, OperatorPort } from '../interpreter/engine/operator.ts';
import { exitCodes } from '../console/exit-codes.ts';

export interface Signals {
  /** The given operator, joined by the signals. */
  readonly operator: OperatorPort;
  /** 143 when TERM ended the run; a Ctrl-C is an abort of the operator and keeps the outcome's own code. */
  exitCode(): number | undefined;
  release(): void;
}

const debounceMs = 1000;

/**
 * A viewer's signals. Ctrl-C aborts the run in two stages, as it does the engine itself; HUP and TERM end the picture only, unless the run is
 * bound to this process. Returns how to stop listening.
 */
export function onViewerSignals(viewer: {
  readonly bound: boolean;
  readonly detach: () => void;
  readonly abort: (force: boolean, reason: string) => void;
}): () => void {
  let first: number | undefined;
  const abort = (why: string) => (): void => {
    const now = performance.now();
    if (first !== undefined && now - first < debounceMs) return;
    const force = first !== undefined;
    first ??= now;
    viewer.abort(force, force ? `second ${why}` : why);
  };
  const leave = (why: string): (() => void) => (viewer.bound ? abort(why) : viewer.detach);
  const handlers: readonly (readonly [NodeJS.Signals, () => void])[] = [
    ['SIGINT', abort('SIGINT')],
    ['SIGTERM', leave('SIGTERM')],
    ['SIGHUP', leave('SIGHUP')],
  ];
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

export function abortOnSignals(operator: OperatorPort, actor: Actor): Signals {
  const listeners = new Set<(input: OperatorInput) => void>();
  let first: number | undefined;
  let terminated = false;
  const stop = (why: string) => (): void => {
    const now = performance.now();
    if (first !== undefined && now - first < debounceMs) return;
    const force = first !== undefined;
    first ??= now;
    if (why === 'SIGTERM') terminated = true;
    for (const listener of listeners) {
      listener({
        is: 'control',
        id: `signal-${String(Math.round(now))}`,
        by: actor,
        act: { is: 'abort', undo: false, force, reason: force ? `second ${why}` : why },
      });
    }
  };
  const handlers: readonly (readonly [NodeJS.Signals, () => void])[] = [
    ['SIGINT', stop('SIGINT')],
    ['SIGTERM', stop('SIGTERM')],
    ['SIGHUP', () => undefined],
  ];
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    operator: {
      present: (open) => {
        operator.present(open);
      },
      subscribe: (listener) => {
        listeners.add(listener);
        const leave = operator.subscribe(listener);
        return () => {
          listeners.delete(listener);
          leave();
        };
      },
    },
    exitCode: () => (terminated ? exitCodes.terminated : undefined),
    release: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
