/** The HTTP port of a world's process. */
import type { Server } from 'node:http';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Running, World } from '../worlds/world.ts';
import { serveCalls } from './http.ts';
import { createQueue } from './queue.ts';
import type { Shelf } from './routes.ts';
import { answer } from './routes.ts';
import type { Sinks } from './sinks.ts';
import { readLines } from './sinks.ts';

export interface Control {
  readonly server: Server;
  /** Until the world runs, everything but sinks and calls is answered with 503. */
  serve(running: Running): void;
}

export interface Parts {
  readonly world: World;
  readonly sinks: Sinks;
  readonly supervisor: Supervisor;
}

export async function openControl(port: number, directory: string, { world, sinks, supervisor }: Parts): Promise<Control> {
  let running: Running | undefined;
  const file = join(directory, 'calls.jsonl');
  const shelf: Shelf = {
    sinks,
    supervisor,
    exclusive: createQueue(),
    calls: {
      add: (entry) => {
        appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...(entry as object) })}\n`);
      },
      list: () => readLines(file),
    },
  };
  const server = await serveCalls(port, (call) => answer(call, shelf, world, running));
  return {
    server,
    serve: (made) => {
      running = made;
    },
  };
}
