/** Requests and answers of the small HTTP servers of the lab. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Call, Reply } from './call.ts';

/** Listens on loopback; an answer that throws is a 500 with its words. */
export async function serveCalls(port: number, answer: (call: Call) => Promise<Reply> | Reply): Promise<Server> {
  const server = createServer((request, response) => {
    readCall(request)
      .then(answer)
      .catch((problem: unknown): Reply => ({
        status: 500,
        json: { error: problem instanceof Error ? problem.message : String(problem) },
      }))
      .then((reply) => {
        writeReply(response, reply);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

/** Bytes of a body that are kept. */
const largest = 8 << 20;

export async function readCall(request: IncomingMessage): Promise<Call> {
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
    actor: request.headers['x-actor']?.toString(),
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

export function writeReply(response: ServerResponse, reply: Reply): void {
  const text = reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json);
  response.writeHead(reply.status, {
    'content-type': reply.json === undefined ? (reply.type ?? 'text/plain; charset=utf-8') : 'application/json',
    ...(reply.version === undefined ? {} : { etag: `"${reply.version}"` }),
  });
  response.end(text);
}
