/** The service of a team keeps the promises of every service, on the real server. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { defaults } from '../../src/team/defaults.ts';
import type { Team } from '../../src/team/client/connect.ts';
import { connectTeam } from '../../src/team/client/connect.ts';
import { teamRunService } from '../../src/team/client/service.ts';
import { newRun } from '../../src/session/new-run.ts';
import { place, runbook } from '../rig/cli.ts';
import type { Server, TeamProcess } from '../rig/team.ts';
import { startServer, startWorker, whyNoTeam } from '../rig/team.ts';
import type { World } from './conformance.ts';
import { describeRunService } from './conformance.ts';

const missing = whyNoTeam();

describe.skipIf(missing !== undefined)('on Temporal', () => {
  let server: Server;
  let team: Team;
  beforeAll(async () => {
    server = await startServer();
    team = await connectTeam(server);
  }, 180_000);
  afterAll(async () => {
    await team.close();
    await server.stop();
    kept.remove();
  });
  // What workers keep between their lives, the bundled code above all.
  const kept = place();
  describeRunService('team', () => teamWorld(server, team, kept.folder), 'slow');
});

if (missing !== undefined) it.skip(`${missing}; the service of a team, default namespace ${defaults.namespace}`, () => undefined);

/** Two workers on one queue; the one that is lost is started again, as a service manager does. */
async function teamWorld(server: Server, team: Team, kept: string): Promise<World> {
  const here = place();
  const { folder, env } = here;
  const root = join(folder, 'state');
  const config = join(folder, 'runbook.config.yaml');
  writeFileSync(config, 'environments: { here: {} }\n');
  const queue = `tests-${randomUUID().slice(0, 8)}`;
  const start = (): TeamProcess => startWorker({ server, queue, cwd: folder, env: { ...env, RUNBOOK_STATE_DIR: kept } });
  let worker = start();
  await worker.ready;
  const limits = { heartbeatMs: 1500, hostMs: 15_000, untakenMs: 5000 };
  const service = teamRunService(team, { root, queue, limits, taskMs: 2000 });
  return {
    service,
    folder,
    order: async (path) => ({ is: 'new', run: await newRun(path, { config, questions: false }) }),
    lose: () => worker.kill(),
    takeOver: async () => {
      worker = start();
      await worker.ready;
    },
    print: async (...args) => {
      for (const { run } of await service.list()) await service.files(run);
      return (await runbook(args, { cwd: folder, env })).stdout;
    },
    remove: async () => {
      await worker.kill();
      for (const { run, state } of await service.list())
        if (state !== 'finished') await team.client.workflow.getHandle(`runbook-run:${run}`).terminate('the test is over');
      here.remove();
    },
  };
}
