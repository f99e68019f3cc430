/** The HTTP server: `/healthz`, and upgrades of `/ws` for whoever has a valid token. */
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Config } from './config.ts';
import type { Hub } from './hub.ts';
import type { Log } from './log.ts';
import { verifyToken } from './token.ts';

export interface Gateway {
  readonly server: Server;
  /** From now on `/healthz` answers 503 and nobody can connect. */
  stopAccepting(): void;
}

export async function openGateway(config: Config, hub: Hub, log: Log): Promise<Gateway> {
  let isAccepting = true;
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer((request, response) => {
    const { pathname } = urlOf(request);
    const status = pathname !== '/healthz' ? 404 : isAccepting ? 200 : 503;
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(status === 404 ? '{"error":"not found"}' : JSON.stringify({ status: isAccepting ? 'ok' : 'stopping' }));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { pathname, searchParams } = urlOf(request);
    if (pathname !== '/ws') return void answer(socket, 404, 'Not Found');
    if (!isAccepting) return void answer(socket, 503, 'Service Unavailable');
    const origin = request.headers.origin;
    if (origin !== undefined && config.allowedOrigins.length > 0 && !config.allowedOrigins.includes(origin)) {
      log(`403 on connect: origin ${origin} is not allowed`);
      return void answer(socket, 403, 'Forbidden');
    }
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const verdict = verifyToken(bearer ?? searchParams.get('token') ?? undefined, config.secret, Date.now() / 1000);
    if (verdict.is === 'refused') {
      log(`401 on connect: ${verdict.why}`);
      return void answer(socket, 401, 'Unauthorized');
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      hub.add(opened, verdict.subject);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  log(`listening on ${config.host}:${String(config.port)}`);
  return {
    server,
    stopAccepting: () => {
      isAccepting = false;
    },
  };
}

const urlOf = (request: IncomingMessage): URL => new URL(request.url ?? '/', 'http://ws-realtime');

function answer(socket: Duplex, status: number, words: string): void {
  socket.end(`HTTP/1.1 ${String(status)} ${words}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
