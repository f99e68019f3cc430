/** The service of a team: runs are workflows of Temporal. The same port as on one machine, held by the same suite. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandError, usage } from '../../console/exit-codes.ts';
import type { Actor } from '../../interpreter/core/model/value.ts';
import type { Act } from '../../interpreter/link/protocol.ts';
import { runFilesOf } from '../../service/local.ts';
import type { Acted, Order, RunService } from '../../service/run-service.ts';
import { workflowType } from '../code.ts';
import type { Opening, SaidEnd } from '../protocol.ts';
import { names, workflowId } from '../protocol.ts';
import type { Described } from '../sdk.ts';
import type { Team } from './connect.ts';
import { listTeam } from './listing.ts';
import { materialise } from './materialise.ts';
import type { Ordering } from './order.ts';
import { orderOf } from './order.ts';
import { recordsOf } from './follow.ts';
import { isRefusedUncarried, uncarried } from './uncarried.ts';

export interface TeamServiceOptions extends Ordering {
  /** Where runs are written down when somebody asks for their files. */
  readonly root: string;
  /** A lost worker's task goes to another one after this, ms. */
  readonly taskMs: number;
}

export function teamRunService(team: Team, options: TeamServiceOptions): RunService {
  // Visible to everybody a moment later: whoever starts a run sees it at once.
  const started = new Set<string>();
  const open = (run: string): Promise<Described> => openRun(team, run, { queue: options.queue, started });
  return {
    start: async (order) => {
      if (order.is === 'resume') return String((await open(order.run)).searchAttributes?.['RunbookRun']?.[0]);
      const run = await start(team, order, options);
      started.add(run);
      return run;
    },
    follow: async function* (run, from, signal) {
      yield* recordsOf(team, runOf(await open(run)), from, signal);
    },
    act: async (run, act, by) => actOn(team, await open(run), act, by),
    list: () => listTeam(team, options.queue, started),
    files: async (run) => runFilesOf(await materialise(team, runOf(await open(run)), options.root)),
  };
}

const runOf = ({ workflowId: id }: Described): string => id.slice(workflowId('').length);

async function start(team: Team, { run: ordered }: Extract<Order, { is: 'new' }>, options: TeamServiceOptions): Promise<string> {
  const order = orderOf(ordered, options);
  const { run, plan, actor } = order;
  const operation = new team.sdk.WithStartWorkflowOperation(workflowType(), {
    workflowId: workflowId(run),
    taskQueue: options.queue,
    args: [order],
    workflowIdConflictPolicy: 'FAIL',
    workflowTaskTimeout: options.taskMs,
    searchAttributes: {
      RunbookRun: [run],
      RunbookName: [plan.runbook.id],
      RunbookEnvironment: [plan.environment.name],
      RunbookOperator: [actor.name],
      RunbookState: ['running'],
    },
    memo: { wall: new Date().toISOString() },
  });
  const opening = await team.client.workflow
    .executeUpdateWithStart<Opening>(names.opened, { args: [], startWorkflowOperation: operation })
    .catch((problem: unknown) => openedLater(team, run, problem));
  if (opening.is === 'refused') {
    const { exitCode, message, hint } = opening;
    throw new CommandError({ exitCode, message, ...(hint === undefined ? {} : { hint }) });
  }
  return run;
}

/** The run is there, and the first try of a worker to begin it has failed, which the server repeats: it is not started twice, only asked again. */
async function openedLater({ client }: Team, run: string, problem: unknown): Promise<Opening> {
  for (let tries = 0; tries < 5 && isRefusedUncarried(problem); tries += 1) {
    await pause(500 * (tries + 1));
    try {
      return await client.workflow.getHandle(workflowId(run)).executeUpdate<Opening>(names.opened, { args: [] });
    } catch (again) {
      problem = again;
    }
  }
  throw problem;
}

/** By its id, or by a beginning that only one has. */
async function openRun(
  team: Team,
  name: string,
  { queue, started }: { readonly queue: string; readonly started: ReadonlySet<string> },
): Promise<Described> {
  try {
    return await team.client.workflow.getHandle(workflowId(name)).describe();
  } catch (problem) {
    if (!(problem instanceof team.sdk.WorkflowNotFoundError)) throw problem;
  }
  const all = await listTeam(team, queue, started);
  const chosen = name === 'last' ? all.slice(-1) : all.filter(({ run }) => run.startsWith(name));
  const [only] = chosen;
  if (only === undefined) throw usage(`there is no run "${name}"`, 'the pages of `runbook serve --team` list all of them');
  if (chosen.length > 1) throw usage(`"${name}" is the beginning of ${String(chosen.length)} runs`, 'give more of the id');
  return team.client.workflow.getHandle(workflowId(only.run)).describe();
}

async function actOn(team: Team, described: Described, act: Act, by: Actor): Promise<Acted> {
  const run = runOf(described);
  if (described.status.name !== 'RUNNING') return finished(run, described);
  const said = { id: randomUUID(), act, by };
  for (let tries = 0; ; tries += 1) {
    try {
      return await team.client.workflow
        .getHandle(workflowId(run))
        .executeUpdate<SaidEnd>(names.act, { args: [said], updateId: said.id });
    } catch (problem) {
      if (problem instanceof team.sdk.WorkflowUpdateFailedError) return { ok: false, why: reasonOf(problem) };
      const now = await team.client.workflow.getHandle(workflowId(run)).describe();
      if (now.status.name !== 'RUNNING') return finished(run, now);
      if (isRefusedUncarried(problem)) return { ok: false, ...told(uncarried(run)) };
      // Carried on as new, or the server was away: the same act again is the same act.
      if (tries === 5) throw problem;
      await pause(200 * (tries + 1));
    }
  }
}

const told = ({ problem: { message, hint } }: CommandError): { readonly why: string; readonly hint?: string } => ({
  why: message,
  ...(hint === undefined ? {} : { hint }),
});

const finished = (run: string, { searchAttributes }: Described): Acted => ({
  ok: false,
  why: `run ${run} has finished: ${String(searchAttributes?.['RunbookOutcome']?.[0] ?? '')}`,
  hint: 'its report is the record',
});

const reasonOf = (problem: Error): string => (problem.cause instanceof Error ? problem.cause.message : problem.message);
