/**
 * A lock of a team is the id of a workflow that does nothing: the server lets one id run once, and the run holds it as long as it is there. No lease and
 * no renewal: a lock whose run has ended without giving it back counts as free.
 */
import type { Fault } from '../../interpreter/core/model/value.ts';
import { lockId, workflowId } from '../protocol.ts';
import type { ClientSdk, Described, TeamClient } from '../sdk.ts';

export interface LockHolder {
  readonly run: string;
  readonly operator: string;
}

/** Its first task would be due then: nobody ever works on it. Ten years, ms. */
const never = 10 * 365 * 24 * 3_600_000;
const type = 'runbookLock';
const queue = 'runbook-locks';

/** Undefined: the run holds it now; also when it did before. */
export async function takeTeamLock(
  { client, sdk }: { readonly client: TeamClient; readonly sdk: ClientSdk },
  name: string,
  holder: LockHolder,
): Promise<Pick<Fault, 'message' | 'hint'> | undefined> {
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      await client.workflow.start(type, {
        workflowId: lockId(name),
        taskQueue: queue,
        args: [],
        workflowIdConflictPolicy: 'FAIL',
        startDelay: never,
        memo: { run: holder.run, operator: holder.operator },
      });
      return undefined;
    } catch (problem) {
      if (!(problem instanceof sdk.WorkflowExecutionAlreadyStartedError)) throw problem;
    }
    const held = await heldBy(client, sdk, name);
    if (held?.memo?.['run'] === holder.run) return undefined;
    if (held !== undefined && (await isOver(client, sdk, held))) await end(client, sdk, held, 'its run has ended');
    else if (held !== undefined) return refusal(name, held);
  }
  return { message: `the lock "${name}" changes hands too quickly`, hint: 'try again' };
}

/** Gives back what the run holds, and only that. */
export async function releaseLocks(client: TeamClient, sdk: ClientSdk, run: string, locks: readonly string[]): Promise<void> {
  for (const name of locks) {
    const held = await heldBy(client, sdk, name);
    if (held?.memo?.['run'] === run) await end(client, sdk, held, `given back by run ${run}`);
  }
}

async function heldBy(client: TeamClient, sdk: ClientSdk, name: string): Promise<Described | undefined> {
  try {
    const found = await client.workflow.getHandle(lockId(name)).describe();
    return found.status.name === 'RUNNING' ? found : undefined;
  } catch (problem) {
    if (problem instanceof sdk.WorkflowNotFoundError) return undefined;
    throw problem;
  }
}

/** Of exactly this holding: somebody else may have the lock by now. */
async function end(client: TeamClient, sdk: ClientSdk, held: Described, why: string): Promise<void> {
  try {
    await client.workflow.getHandle(held.workflowId, held.runId).terminate(why);
  } catch (problem) {
    if (!(problem instanceof sdk.WorkflowNotFoundError)) throw problem;
  }
}

async function isOver(client: TeamClient, sdk: ClientSdk, held: Described): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(workflowId(String(held.memo?.['run']))).describe();
    return status.name !== 'RUNNING';
  } catch (problem) {
    if (problem instanceof sdk.WorkflowNotFoundError) return true;
    throw problem;
  }
}

const refusal = (name: string, { memo, startTime }: Described): Pick<Fault, 'message' | 'hint'> => ({
  message: `the lock "${name}" is held by run ${String(memo?.['run'])} of ${String(memo?.['operator'])} (since ${startTime.toISOString()})`,
  hint: `run ${String(memo?.['run'])} gives it back when it ends`,
});
