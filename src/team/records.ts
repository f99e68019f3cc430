/** Reads the records of a run from its workflow, part after part; each part is asked of the execution that has it. */
import type { JournalPage, RunPart } from './protocol.ts';
import { names, workflowId } from './protocol.ts';
import type { TeamClient } from './sdk.ts';

/** Lines from record `from` on, to the end of the last part that is there. `execution`: of the parts before; absent: the newest. */
export async function* linesOf(
  client: TeamClient,
  run: string,
  from: number,
  parts: readonly RunPart[],
): AsyncGenerator<readonly string[]> {
  let next = from;
  for (const part of parts)
    while (next <= part.last) {
      const { lines } = await journalPage(client, run, next, part.execution);
      const own = lines.slice(0, part.last - next + 1);
      if (own.length === 0) throw new Error(`record ${String(next)} of run ${run} is missing in its execution ${part.execution}`);
      yield own;
      next += own.length;
    }
}

export const journalPage = (client: TeamClient, run: string, from: number, execution?: string): Promise<JournalPage> =>
  client.workflow.getHandle(workflowId(run), execution).query<JournalPage>(names.journal, from);
