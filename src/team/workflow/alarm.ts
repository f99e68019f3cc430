/** The one durable timer of a run: set to the moment at which `decide` wants to be asked again. */
import * as temporal from '@temporalio/workflow';
import type { Ms } from '../../interpreter/core/model/value.ts';

export interface DurableAlarm {
  /** Run clock; undefined: nothing depends on time. The same moment again keeps the timer that is in force. */
  set(at: Ms | undefined): void;
  armed(): boolean;
}

/** Rings at or after its moment, never before. A late timer only tells a later time. */
export function createDurableAlarm(now: () => Ms, ring: () => void): DurableAlarm {
  let armed: { readonly at: Ms; readonly scope: temporal.CancellationScope } | undefined;
  return {
    set: (at) => {
      if (at === armed?.at) return;
      const before = armed;
      armed = undefined;
      before?.scope.cancel();
      if (at === undefined) return;
      const scope = new temporal.CancellationScope();
      const mine = { at, scope };
      armed = mine;
      scope
        .run(async () => {
          do await temporal.sleep(Math.max(1, Math.ceil(at - now())));
          while (now() < at);
        })
        .then(
          () => {
            if (armed !== mine) return;
            armed = undefined;
            ring();
          },
          () => undefined,
        );
    },
    armed: () => armed !== undefined,
  };
}
