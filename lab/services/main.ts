/** The lab's services in one process: `node dist/lab-services.js <settings.json>`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openControl } from './control.ts';
import { createGatewayLog } from './gateway-log.ts';
import type { Settings } from './settings.ts';
import { createSinks } from './sinks.ts';
import { openSockets } from './sockets.ts';
import { startWorld } from './world.ts';

async function main(): Promise<void> {
  const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Settings;
  const control = await openControl(settings.controlPort, settings.directory, createSinks(settings.directory));
  const sockets = openSockets(control.server);
  const world = await startWorld(settings, {
    send: (frame) => {
      sockets.send(frame);
    },
    log: createGatewayLog(join(settings.directory, 'gateway.log')),
  });
  control.serve(world);
  const stop = (): void => {
    sockets.close();
    control.server.close();
    control.server.closeAllConnections();
    void world.close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((problem: unknown) => {
  process.stderr.write(`${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}\n`);
  process.exit(1);
});
