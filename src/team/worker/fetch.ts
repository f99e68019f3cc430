/** What a worker asks of the workflow of a run: the order, earlier records, files. */
import type { FileOf, TeamOrder, RunStart } from '../protocol.ts';
import { names, workflowId } from '../protocol.ts';
import { journalPage } from '../records.ts';
import type { ClientSdk, TeamClient } from '../sdk.ts';

export interface Fetching {
  readonly client: TeamClient;
  readonly sdk: ClientSdk;
}

/** Of a run that has come to this worker without a word about it. */
export async function startOf({ client }: Fetching, run: string): Promise<RunStart & { readonly files: readonly FileOf[] }> {
  const handle = client.workflow.getHandle(workflowId(run));
  const order = await handle.query<TeamOrder>(names.order);
  const { plan, source, origin, config, roles, zones, carried } = order;
  const wanted = (await handle.query<readonly string[]>(names.files)).filter((name) => name.includes('value-'));
  const files: FileOf[] = [];
  for (const name of wanted) files.push(await handle.query<FileOf>(names.file, name));
  return { plan, source, origin, config, roles, zones, parts: carried?.parts ?? [], files };
}

/** Lines of the newest execution from record `from` on. */
export async function* newestLines({ client }: Fetching, run: string, from: number): AsyncGenerator<readonly string[]> {
  let next = from;
  for (;;) {
    const { lines } = await journalPage(client, run, next);
    if (lines.length === 0) return;
    yield lines;
    next += lines.length;
  }
}
