/** A run as its records tell it, through the service: the plan, the state now, and what each record since a number says. */
import { fold } from '../interpreter/core/fold/fold.ts';
import type { Stamped } from '../interpreter/core/model/event.ts';
import { initialState } from '../interpreter/core/model/initial.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { State } from '../interpreter/core/model/state.ts';
import type { RunListing } from '../interpreter/store/run-directory.ts';
import { plainLine } from '../ui/plain/lines.ts';
import type { Desk } from './desk.ts';
import { AgentRefusal } from './desk.ts';

export interface RunView {
  readonly run: string;
  readonly listing: RunListing;
  readonly plan: Plan;
  readonly state: Readonly<State>;
  readonly seq: number;
  /** A line for each record after `after` that tells a person something. */
  readonly news: readonly string[];
}

/** `run`: its id, or a beginning that only one has. */
export async function listingOf(run: string, desk: Desk): Promise<RunListing> {
  const [found, another] = (await desk.service.list()).filter((one) => run !== '' && one.run.startsWith(run));
  if (found === undefined) throw new AgentRefusal(`there is no run "${run}"; status without a run lists them`);
  if (another !== undefined) throw new AgentRefusal(`"${run}" is the beginning of several runs; give more of the id`);
  return found;
}

export async function seen(name: string, desk: Desk, after: number): Promise<RunView> {
  const listing = await listingOf(name, desk);
  const { run } = listing;
  const plan = JSON.parse((await desk.service.files(run)).read('plan.json').toString()) as Plan;
  let state = initialState(plan);
  let seq = 0;
  const news: string[] = [];
  for await (const record of recordsNow(run, desk)) {
    state = fold(plan, state, record);
    ({ seq } = record);
    const line = seq > after ? plainLine(record, plan, state) : undefined;
    if (line !== undefined) news.push(line);
  }
  return { run, listing, plan, state, seq, news };
}

/** The records that are there; what comes later is not waited for. */
function recordsNow(run: string, desk: Desk): AsyncIterable<Stamped> {
  const now = new AbortController();
  now.abort();
  return desk.service.follow(run, 1, now.signal);
}
