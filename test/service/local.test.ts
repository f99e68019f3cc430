/** The service on one machine keeps the promises of every service. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEngineFile } from '../../src/interpreter/link/connect.ts';
import { isAlive } from '../../src/interpreter/store/processes.ts';
import { localRunService } from '../../src/service/local.ts';
import { newRun } from '../../src/session/new-run.ts';
import { eventually, place, runbook } from '../rig/cli.ts';
import type { World } from './conformance.ts';
import { describeRunService } from './conformance.ts';

describeRunService('local', () => Promise.resolve(localWorld()));

function localWorld(): World {
  const here = place();
  const { folder, env } = here;
  const root = join(folder, 'state');
  const config = join(folder, 'runbook.config.yaml');
  writeFileSync(config, 'environments: { here: {} }\n');
  const service = localRunService(root);
  const lose = async (run: string): Promise<void> => {
    const engine = readEngineFile(join(root, 'runs', run));
    if (engine === undefined || !isAlive(engine)) return;
    process.kill(engine.pid, 'SIGKILL');
    await eventually('the engine is gone', () => !isAlive(engine));
  };
  return {
    service,
    folder,
    order: async (path) => ({ is: 'new', run: await newRun(path, { config, questions: false }) }),
    lose,
    takeOver: async (run) => {
      await service.start({ is: 'resume', run, by: {} });
    },
    print: async (...args) => (await runbook(args, { cwd: folder, env })).stdout,
    remove: async () => {
      for (const { run } of await service.list()) await lose(run);
      here.remove();
    },
  };
}
