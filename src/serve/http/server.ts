/** node's own HTTP server with limits on everything that a stranger may send, and a stop that waits for what was begun. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { addressOf, callOf } from './call.ts';
import type { Dispatcher } from './dispatch.ts';
import { dispatch } from './dispatch.ts';
import { isHttps } from '../identity/who.ts';
import type { Live, RouteReply } from './reply.ts';
import { commonHeaders, CallRefused } from './reply.ts';

/** The largest body: an Alertmanager's with some hundred alerts. */
const bodyLimit = 1024 * 1024;
const most = { connections: 1024, headers: 64, headerBytes: 16 * 1024 };
/** A body and its headers are there by then, ms. How long an answer takes is the route's. */
const times = { headers: 5_000, request: 15_000, keepAlive: 5_000, look: 1_000 };
/** What was begun may end until then, ms. */
const stopMs = 10_000;

export interface Serving {
  readonly server: Server;
  /** Takes no more calls; ends live lines; resolves when the rest has been answered. */
  stop(): Promise<void>;
}

export function httpServer(at: Dispatcher): Serving {
  const stopping = new AbortController();
  const server = createServer(
    {
      maxHeaderSize: most.headerBytes,
      headersTimeout: times.headers,
      requestTimeout: times.request,
      keepAliveTimeout: times.keepAlive,
      connectionsCheckingInterval: times.look,
    },
    (request, response) => {
      handle(at, request, response, stopping.signal).catch((problem: unknown) => {
        at.report(problem);
        response.destroy();
      });
    },
  );
  const quiet = quietConnections(server);
  server.maxConnections = most.connections;
  server.maxHeadersCount = most.headers;
  return {
    server,
    stop: () =>
      new Promise((resolve) => {
        stopping.abort();
        const late = setTimeout(() => {
          server.closeAllConnections();
        }, stopMs);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        quiet.close();
      }),
  };
}

/** Those that wait for no answer, also those on which nothing was ever asked: browsers open such ones ahead, and node would wait for them. */
function quietConnections(server: Server): { close(): void } {
  const open = new Map<Socket, number>();
  let isClosing = false;
  const count = (socket: Socket, by: number): void => {
    const left = (open.get(socket) ?? 0) + by;
    open.set(socket, left);
    if (isClosing && left === 0) socket.end();
  };
  server.on('connection', (socket) => {
    count(socket, 0);
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', (request, response) => {
    count(request.socket, 1);
    response.once('close', () => count(request.socket, -1));
  });
  return {
    close: () => {
      isClosing = true;
      for (const [socket, asked] of open) if (asked === 0) socket.destroy();
    },
  };
}

async function handle(at: Dispatcher, request: IncomingMessage, response: ServerResponse, stopping: AbortSignal): Promise<void> {
  const { house, limits } = at;
  const { behindProxy } = house.settings;
  for (const [name, value] of Object.entries(commonHeaders(isHttps(house)))) response.setHeader(name, value);
  if (!limits.address.take(addressOf(request, behindProxy), house.now())) {
    refuseUnread(request, response, new CallRefused(429, 'too many requests from this address', 'wait a minute'));
    return;
  }
  let call;
  try {
    call = await callOf(request, { behindProxy, bodyLimit });
  } catch (problem) {
    // The caller went, or was too slow: there is nobody to tell.
    if (problem instanceof CallRefused) refuseUnread(request, response, problem);
    return;
  }
  await send(await dispatch(at, call), call.method, response, stopping);
}

/** The rest of what comes is not read: the connection ends with the answer. */
function refuseUnread(request: IncomingMessage, response: ServerResponse, { status, message, hint }: CallRefused): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${message}${hint === undefined ? '' : `\n${hint}`}\n`, () => request.destroy());
}

async function send(
  { status, headers, body }: RouteReply,
  method: string,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  response.statusCode = status;
  if (typeof body === 'string') {
    response.end(method === 'HEAD' ? undefined : body);
    return;
  }
  await sendLive(body, response, stopping);
}

/** A reader that does not read is let go before its lines fill the memory, bytes. */
const unreadBytes = 4 * 1024 * 1024;

async function sendLive(body: Live, response: ServerResponse, stopping: AbortSignal): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort();
  };
  response.once('close', leave);
  stopping.addEventListener('abort', leave, { once: true });
  response.flushHeaders();
  try {
    await body((text) => {
      response.write(text);
      if (response.writableLength > unreadBytes) response.destroy();
    }, gone.signal);
  } finally {
    stopping.removeEventListener('abort', leave);
    response.end();
  }
}
