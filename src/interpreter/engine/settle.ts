/** Waits for a runner within its limits: asked to end at the deadline or when it is cancelled, abandoned when it ignores that. */
import type { Ms } from '../core/model/value.ts';
import type { Done } from '../port/step-type.ts';

/** How long a runner may take to settle after its signal; then it is abandoned. */
const graceMs = 12_000;
/** The same once it is to end at once. */
const forcedGraceMs = 1000;
/** More than a timer can hold. */
const noTimer = 2_000_000_000;

/** One signal for a deadline and for whoever cancels. Listeners are taken back at the end: a run of 10,000 steps would keep 10,000 of them. */
export interface Limit {
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly end: () => void;
}

export function limited(cancel: AbortSignal, within: Ms): Limit {
  const stop = new AbortController();
  let isOver = false;
  const onCancel = (): void => {
    stop.abort(cancel.reason);
  };
  if (cancel.aborted) onCancel();
  else cancel.addEventListener('abort', onCancel, { once: true });
  const timer =
    within > noTimer
      ? undefined
      : setTimeout(() => {
          isOver = true;
          stop.abort(new Error('deadline'));
        }, within);
  return {
    signal: stop.signal,
    isOver: () => isOver,
    end: () => {
      clearTimeout(timer);
      cancel.removeEventListener('abort', onCancel);
    },
  };
}

export type Settled =
  | { readonly is: 'done'; readonly done: Done }
  | { readonly is: 'threw'; readonly message: string }
  | { readonly is: 'abandoned' };

/** The runner's end, or its abandonment a grace after the signal. A throw fails this step only and never the engine (F8). */
export function settle(work: Promise<Done>, signal: AbortSignal, force?: AbortSignal): Promise<Settled> {
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    const end = (settled: Settled): void => {
      for (const one of undo) one();
      resolve(settled);
    };
    const abandonAfter = (ms: number, when: AbortSignal): void => {
      const begin = (): void => {
        const timer = setTimeout(end, ms, { is: 'abandoned' } satisfies Settled);
        undo.push(() => {
          clearTimeout(timer);
        });
      };
      if (when.aborted) begin();
      else {
        when.addEventListener('abort', begin, { once: true });
        undo.push(() => {
          when.removeEventListener('abort', begin);
        });
      }
    };
    abandonAfter(graceMs, signal);
    if (force !== undefined) abandonAfter(forcedGraceMs, force);
    work.then(
      (done) => {
        end({ is: 'done', done });
      },
      (problem: unknown) => {
        end({ is: 'threw', message: problem instanceof Error ? problem.message : String(problem) });
      },
    );
  });
}
