/**
 * Two-stage Ctrl-C (F2, F3): the first INT or TERM aborts with the runbook's own policy for undo, a second one more than a second later forces.
 * HUP: the terminal has closed and the run continues without it (F1).
 */
import type { Actor } from '../interpreter/core/model/value.ts';
import type { OperatorPort } from '../interpreter/engine/operator.ts';
import { joinOperators, sayingOperator } from '../interpreter/engine/operator.ts';
import { exitCodes } from '../console/exit-codes.ts';

export interface Signals {
  /** The given operator, joined by the signals. */
  readonly operator: OperatorPort;
  /** 143 when TERM ended the run; a Ctrl-C is an abort of the operator and keeps the outcome's own code. */
  exitCode(): number | undefined;
  release(): void;
}

const debounceMs = 1000;

/** Stages of stopping: the first call aborts, calls within the next second are the same key held down, a later one forces. */
function twoStage(abort: (force: boolean, reason: string) => void): (why: string) => void {
  let first: number | undefined;
  return (why) => {
    const now = performance.now();
    if (first !== undefined && now - first < debounceMs) return;
    const force = first !== undefined;
    first ??= now;
    abort(force, force ? `second ${why}` : why);
  };
}

/** Returns how to stop listening. */
function onSignals(handlers: Readonly<Partial<Record<NodeJS.Signals, () => void>>>): () => void {
  const all = Object.entries(handlers) as readonly (readonly [NodeJS.Signals, () => void])[];
  for (const [signal, handler] of all) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of all) process.off(signal, handler);
  };
}

/**
 * A viewer's signals. Ctrl-C aborts the run in two stages, as it does the engine itself; HUP and TERM end the picture only, unless the run is
 * bound to this process. Returns what to call once the run has ended.
 */
export function onViewerSignals(viewer: {
  readonly bound: boolean;
  readonly detach: () => void;
  readonly abort: (force: boolean, reason: string) => void;
}): () => void {
  const abort = twoStage(viewer.abort);
  const leave = (why: string) => (): void => {
    if (viewer.bound) abort(why);
    else viewer.detach();
  };
  const release = onSignals({
    SIGINT: () => {
      abort('SIGINT');
    },
    SIGTERM: leave('SIGTERM'),
    SIGHUP: leave('SIGHUP'),
  });
  return () => {
    release();
    exitOnLateInterrupt();
  };
}

/** For verbs without a run of their own: the first INT, TERM or HUP aborts. Returns how to stop listening. */
export function onStop(stop: AbortController): () => void {
  const abort = (): void => {
    stop.abort();
  };
  return onSignals({ SIGINT: abort, SIGTERM: abort, SIGHUP: abort });
}

/** The run has ended and its last lines are being written: Ctrl-C held down must not cut them or the exit code, a later one may. */
function exitOnLateInterrupt(): void {
  const ended = performance.now();
  onSignals({
    SIGINT: () => {
      if (performance.now() - ended >= debounceMs) process.exit(exitCodes.interrupted);
    },
  });
}

export function abortOnSignals(operator: OperatorPort, actor: Actor): Signals {
  const own = sayingOperator();
  let terminated = false;
  const stop = twoStage((force, reason) => {
    if (reason.endsWith('SIGTERM')) terminated = true;
    const id = `signal-${String(Math.round(performance.now()))}`;
    own.say({ is: 'control', id, by: actor, act: { is: 'abort', undo: false, force, reason } });
  });
  const release = onSignals({
    SIGINT: () => {
      stop('SIGINT');
    },
    SIGTERM: () => {
      stop('SIGTERM');
    },
    SIGHUP: () => undefined,
  });
  return {
    operator: joinOperators([operator, own.operator]),
    exitCode: () => (terminated ? exitCodes.terminated : undefined),
    release,
  };
}
