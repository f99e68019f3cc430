/** The small HTTP servers of the services: health on one port, metrics on another. */
import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
}

/** Listens on loopback; the path has no query. */
export function serve(port: number, answer: (path: string, method: string) => Answer): Promise<Server> {
  const server = createServer((request, response) => {
    send(response, answer((request.url ?? '/').split('?')[0] ?? '/', request.method ?? 'GET'));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

export function send(response: ServerResponse, { status, json, text }: Answer): void {
  response.writeHead(status, { 'content-type': json === undefined ? 'text/plain; version=0.0.4' : 'application/json' });
  response.end(json === undefined ? (text ?? '') : JSON.stringify(json));
}

export const notFound: Answer = { status: 404, json: { error: 'not found' } };
