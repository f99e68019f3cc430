/** Small real servers for tests: HTTP with a log of what came, raw TCP that misbehaves, WebSocket. All on loopback, each closed by the test. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttp } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTcp } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface TestServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

const listening = async (server: Server, sockets: Set<Socket>): Promise<TestServer> => {
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${String(port)}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Answers with what `reply` does; keeps what came. */
export async function startHttp(
  reply: (response: ServerResponse, received: Received) => void,
): Promise<TestServer & { readonly received: readonly Received[] }> {
  const received: Received[] = [];
  const server = createHttp((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      received.push(one);
      reply(response, one);
    });
  });
  return { ...(await listening(server, new Set())), received };
}

/** Gets each connection as it is. */
export const startTcp = (use: (socket: Socket) => void): Promise<TestServer> => listening(createTcp(use), new Set());

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await startTcp(() => undefined);
  await server.close();
  return server.port;
}
