/** The small HTTP servers of the services: health on one port, metrics on another. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
}

/** What else a request has than path and method. */
export interface Asked {
  readonly query: URLSearchParams;
  readonly body: () => Promise<string>;
}

/** Listens on loopback; the path has no query. */
export function serve(
  port: number,
  answer: (path: string, method: string, asked: Asked) => Answer | Promise<Answer>,
): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lab');
    Promise.resolve(answer(pathname, request.method ?? 'GET', { query: searchParams, body: () => bodyOf(request) })).then(
      (reply) => {
        send(response, reply);
      },
      (problem: unknown) => {
        send(response, { status: 500, json: { error: problem instanceof Error ? problem.message : String(problem) } });
      },
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export function send(response: ServerResponse, { status, json, text }: Answer): void {
  response.writeHead(status, { 'content-type': json === undefined ? 'text/plain; version=0.0.4' : 'application/json' });
  response.end(json === undefined ? (text ?? '') : JSON.stringify(json));
}

export const notFound: Answer = { status: 404, json: { error: 'not found' } };
