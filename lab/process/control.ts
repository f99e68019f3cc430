/** The HTTP port of a world's process. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Running, World } from '../worlds/world.ts';
import type { Call, Reply } from './call.ts';
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

const largest = 8 << 20;

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
  const server = createServer((request, response) => {
    read(request)
      .then((call) => answer(call, shelf, world, running))
      .catch((problem: unknown): Reply => ({
        status: 500,
        json: { error: problem instanceof Error ? problem.message : String(problem) },
      }))
      .then((reply) => {
        write(response, reply);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    server,
    serve: (made) => {
      running = made;
    },
  };
}

async function read(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://lab');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= largest) chunks.push(chunk as Buffer);
  }
  return {
    method: request.method ?? 'GET',
    path: url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent),
    query: url.searchParams,
    authorization: request.headers.authorization,
    ifMatch: request.headers['if-match']?.replace(/^(W\/)?"?|"$/g, ''),
    body: size === 0 ? undefined : parsed(Buffer.concat(chunks).toString()),
  };
}

/** A body that is not JSON is kept as text: a sink takes everything. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function write(response: ServerResponse, reply: Reply): void {
  const text = reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json);
  response.writeHead(reply.status, {
    'content-type': reply.json === undefined ? (reply.type ?? 'text/plain; charset=utf-8') : 'application/json',
    ...(reply.version === undefined ? {} : { etag: `"${reply.version}"` }),
  });
  response.end(text);
}
