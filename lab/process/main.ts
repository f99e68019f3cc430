/** The process of a world: `node dist/lab-services.js DIRECTORY`, with the folder that `lab up` has written the state into. */
import { readState, portOf, runDirectory } from '../state.ts';
import { createSupervisor } from '../supervisor/supervisor.ts';
import { findWorld } from '../worlds/find.ts';
import { openControl } from './control.ts';
import { createSinks } from './sinks.ts';

async function main(directory: string): Promise<void> {
  const state = readState(directory);
  if (state === undefined) throw new Error(`${directory} has no state of a world`);
  const world = findWorld(state.world);
  const run = runDirectory(directory);
  const supervisor = createSupervisor(run);
  const control = await openControl(portOf(state, 'control'), run, { world, sinks: createSinks(run), supervisor });
  const running = await world.open({ state, server: control.server, supervisor });
  control.serve(running);
  const stop = (): void => {
    control.server.close();
    const closed = running.close().finally(() => supervisor.close());
    void closed.finally(() => {
      control.server.closeAllConnections();
      process.exit(0);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main(process.argv[2] ?? '').catch((problem: unknown) => {
  process.stderr.write(`${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}\n`);
  process.exit(1);
});
