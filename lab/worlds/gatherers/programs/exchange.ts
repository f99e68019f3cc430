/** The exchange: its status by HTTP and its stream of trades and order-book deltas by WebSocket. Faults are set through /lab. */
import type { IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { port, variable } from '../../../services/variables.ts';
import type { Message } from '../services/market.ts';
import { micros, tickers } from '../services/market.ts';
import { run } from '../../../services/run.ts';
import type { Answer } from '../../../services/serve.ts';
import { notFound, serve } from '../../../services/serve.ts';

/** What the exchange does to a client, by the name of the client. `close`: its sockets end soon; `limit`: it answers 429. */
type Treatment = 'close' | 'limit';

interface Exchange {
  down: boolean;
  /** Milliseconds from the first question for its status to the end of an outage: whoever has to see it does, on a busy machine too. */
  lasts: number;
  /** Ends the outage. */
  end: NodeJS.Timeout | undefined;
  readonly treated: Map<string, Treatment>;
  /** Clients seen last, by their host. */
  readonly clients: Map<string, string>;
  readonly sockets: Map<WebSocket, string>;
}

const closeAfter = 300;
const tick = 20;
/** A trade for every so many deltas. */
const tradeEvery = 5;

async function start(): Promise<void> {
  const exchange: Exchange = {
    down: false,
    lasts: 0,
    end: undefined,
    treated: new Map(),
    clients: new Map(),
    sockets: new Map(),
  };
  const streams = new WebSocketServer({ noServer: true });
  const server = await serve(port('PORT'), (path, method) => answer(exchange, path, method));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const client = new URL(request.url ?? '/', 'http://exchange').searchParams.get('client') ?? '';
    exchange.clients.set(hostOf(client), client);
    const refused = refusal(exchange, client);
    if (refused !== undefined) {
      socket.end(`HTTP/1.1 ${refused}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    streams.handleUpgrade(request, socket, head, (opened) => {
      accept(exchange, opened, client);
    });
  });
  openTls(exchange);
  stream(exchange);
}

/** The same answers by HTTPS, under the name that the clients know. */
function openTls(exchange: Exchange): void {
  const files = { key: readFileSync(variable('TLS_KEY')), cert: readFileSync(variable('TLS_CERT')) };
  const server = createTlsServer(files, (request, response) => {
    const { status } = answer(exchange, request.url ?? '/', 'GET');
    response.writeHead(status, { server: 'exchange' });
    response.end();
  });
  server.listen(port('TLS_PORT'), '127.0.0.1');
}

function answer(exchange: Exchange, path: string, method: string): Answer {
  if (path.startsWith('/lab/')) return method === 'POST' ? control(exchange, path) : notFound;
  const asksForStatus = path === '/trade-api/v2/exchange/status';
  if (exchange.down) {
    if (asksForStatus) exchange.end ??= endLater(exchange);
    return { status: 503, json: { error: 'service unavailable' } };
  }
  if (asksForStatus) return { status: 200, json: { exchange_active: true, trading_active: true } };
  return notFound;
}

/** `down/MILLISECONDS`, `up`, `close/HOST`, `limit/HOST`. */
function control(exchange: Exchange, path: string): Answer {
  const [, , what, name = ''] = path.split('/');
  if (what === 'down') goDown(exchange, Number(name));
  else if (what === 'up') comeUp(exchange);
  else if (what === 'close' || what === 'limit') {
    const client = exchange.clients.get(name);
    if (client === undefined) return { status: 409, json: { error: `${name} has never connected` } };
    exchange.treated.set(client, what);
    endSockets(exchange, (one) => one === client);
  } else return notFound;
  return { status: 200, json: { done: true } };
}

function goDown(exchange: Exchange, lasts: number): void {
  exchange.down = true;
  exchange.lasts = lasts;
  endSockets(exchange, () => true);
}

const endLater = (exchange: Exchange): NodeJS.Timeout =>
  setTimeout(() => {
    comeUp(exchange);
  }, exchange.lasts);

function comeUp(exchange: Exchange): void {
  clearTimeout(exchange.end);
  exchange.end = undefined;
  exchange.down = false;
  exchange.treated.clear();
}

function refusal({ down, treated }: Exchange, client: string): string | undefined {
  if (down) return '503 Service Unavailable';
  return treated.get(client) === 'limit' ? '429 Too Many Requests' : undefined;
}

function accept({ sockets, treated }: Exchange, socket: WebSocket, client: string): void {
  sockets.set(socket, client);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
  if (treated.get(client) === 'close') setTimeout(() => socket.close(1012, 'service restart'), closeAfter);
}

function endSockets({ sockets }: Exchange, which: (client: string) => boolean): void {
  for (const [socket, client] of sockets) if (which(client)) socket.terminate();
}

const hostOf = (client: string): string => client.split(':')[0] ?? '';

/** Nothing is sent while the exchange is down: what it does not say is lost. */
function stream(exchange: Exchange): void {
  const first = micros();
  let sent = 0;
  setInterval(() => {
    if (exchange.down) return;
    sent += 1;
    const ticker = tickers[sent % tickers.length] ?? tickers[0];
    broadcast(exchange, { type: 'delta', ticker, seq: Math.floor(sent / tickers.length) });
    if (sent % tradeEvery !== 0) return;
    const traded = tickers[(sent / tradeEvery) % tickers.length] ?? tickers[0];
    const id = `${String(first)}-${String(sent)}`;
    broadcast(exchange, { type: 'trade', id, ticker: traded, price: 1 + (sent % 98), count: 1, exchangeTs: micros() });
  }, tick);
}

function broadcast({ sockets }: Exchange, message: Message): void {
  const text = JSON.stringify(message);
  for (const socket of sockets.keys()) socket.send(text);
}

run(start);
