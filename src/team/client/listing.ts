/** All runs of a team, oldest first, from what the server searches by; of those that are under way the server is asked once more. */
import type { RunListing } from '../../interpreter/store/run-directory.ts';
import { workflowId } from '../protocol.ts';
import type { Described } from '../sdk.ts';
import type { Team } from './connect.ts';
import { isUncarried } from './uncarried.ts';

/** Asked at once. */
const together = 20;

/** `queue`: a team is who shares one. `started`: runs that the search may not know yet. */
export async function listTeam(
  { client, sdk }: Team,
  queue: string,
  started: ReadonlySet<string> = new Set(),
): Promise<readonly RunListing[]> {
  const found = new Map<string, Described>();
  for await (const one of client.workflow.list({
    query: `TaskQueue = '${queue}' AND WorkflowId STARTS_WITH '${workflowId('')}'`,
  })) {
    const before = found.get(one.workflowId);
    if (before === undefined || before.startTime < one.startTime) found.set(one.workflowId, one);
  }
  const open = [...found.values()].filter(({ status }) => status.name === 'RUNNING').map((one) => one.workflowId);
  const unseen = [...started].map(workflowId).filter((id) => !found.has(id));
  const toAsk = [...open, ...unseen];
  for (let at = 0; at < toAsk.length; at += together)
    await Promise.all(
      toAsk.slice(at, at + together).map(async (id) => {
        try {
          found.set(id, await client.workflow.getHandle(id).describe());
        } catch (problem) {
          if (!(problem instanceof sdk.WorkflowNotFoundError)) throw problem;
        }
      }),
    );
  return [...found.values()]
    .filter((one) => attribute(one, 'RunbookState') !== 'refused')
    .map(listingOf)
    .sort((a, b) => (a.run < b.run ? -1 : 1));
}

const attribute = ({ searchAttributes }: Described, name: string): string => String(searchAttributes?.[name]?.[0] ?? '');

function listingOf(one: Described): RunListing {
  const state = attribute(one, 'RunbookState');
  const outcome = attribute(one, 'RunbookOutcome');
  const isFinished = state === 'finished' || one.status.name === 'COMPLETED';
  return {
    run: one.workflowId.slice(workflowId('').length),
    runbook: attribute(one, 'RunbookName'),
    state: isFinished
      ? 'finished'
      : one.status.name !== 'RUNNING' || isUncarried(one)
        ? 'interrupted'
        : state === 'waiting'
          ? 'waiting'
          : 'running',
    ...(isFinished ? { outcome, ...(one.closeTime === undefined ? {} : { finishedAt: one.closeTime.toISOString() }) } : {}),
    operator: attribute(one, 'RunbookOperator'),
    startedAt: one.startTime.toISOString(),
  };
}
