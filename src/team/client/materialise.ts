/** Writes a run of a team down as a local run would be: the same folder, so that report, verify and all other readers are the same code. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { RunDirectory } from '../../interpreter/store/run-directory.ts';
import { createRun, openRun } from '../../interpreter/store/run-directory.ts';
import { writeFiles } from '../worker/files.ts';
import type { FileOf, TeamOrder } from '../protocol.ts';
import { names, workflowId } from '../protocol.ts';
import { linesOf, journalPage } from '../records.ts';
import type { Team } from './connect.ts';

/** As far as the run has come by now; an older copy is replaced. */
export async function materialise({ client }: Team, run: string, root: string): Promise<RunDirectory> {
  const handle = client.workflow.getHandle(workflowId(run));
  const { plan, source, origin, carried } = await handle.query<TeamOrder>(names.order);
  const parts = carried?.parts ?? [];
  const lines: string[] = [];
  for await (const some of linesOf(client, run, 1, parts)) lines.push(...some);
  for (;;) {
    const page = await journalPage(client, run, lines.length + 1);
    if (page.lines.length === 0) break;
    lines.push(...page.lines);
  }
  const before = openRun(root, run);
  if (existsSync(before.path)) rmSync(before.path, { recursive: true, force: true });
  const directory = await createRun(root, run, { plan, source, origin });
  writeFileSync(directory.journalPath, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  for (const execution of [...parts.map((part) => part.execution), undefined]) {
    const part = client.workflow.getHandle(workflowId(run), execution);
    for (const name of await part.query<readonly string[]>(names.files))
      writeFiles(directory.path, [await part.query<FileOf>(names.file, name)]);
  }
  return directory;
}
