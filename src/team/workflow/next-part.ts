/** A long run continues as new before its history is too long: the folded state goes along, the records stay in the parts before. */
import * as temporal from '@temporalio/workflow';
import type { Carried, RunEnd } from '../protocol.ts';
import type { Run } from './run-state.ts';

/** Events of a history from which on nothing new is begun until the run has continued as new; the server ends a workflow at 50,000. */
const tooLong = 10_000;

/** Nothing new is started then. */
export function wantsNextPart(run: Run): boolean {
  const { continueAsNewSuggested, historyLength } = temporal.workflowInfo();
  const first = run.order.carried?.place.seq ?? 0;
  const own = run.order.limits.recordsPerPart;
  const isLong = own !== undefined && run.chain.place().seq - first >= own;
  if (run.state.phase === 'finished' || !(continueAsNewSuggested || isLong)) return false;
  return isQuiet(run) || isLong || historyLength > tooLong;
}

/** Nothing is under way but reads, which may be cut short. */
export const isQuiet = (run: Run): boolean => [...run.flights.values()].every(({ cut }) => cut !== undefined);

export async function nextPart(run: Run): Promise<RunEnd> {
  const { order, state, chain } = run;
  const { runId, workflowType } = temporal.workflowInfo();
  const place = chain.place();
  const cut = [...run.flights.values()].flatMap((flight) => {
    flight.drop();
    return flight.cut ?? [];
  });
  const carried: Carried = {
    state,
    place,
    opened: run.opened ?? { at: 0, wall: '' },
    locks: [...run.locks],
    parts: [...(order.carried?.parts ?? []), { execution: runId, last: place.seq }],
    cut,
  };
  return temporal.makeContinueAsNewFunc({ workflowType })({ ...order, carried });
}
