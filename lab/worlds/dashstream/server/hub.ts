/** Clients of the websocket-server: each gets every message, unless it is too slow for its buffer. */
import type { Server } from 'node:http';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { timeScale } from '../names.ts';
import type { ServiceLog } from '../service-log.ts';
import type { ServerSettings } from '../settings.ts';
import type { Metrics } from './metrics.ts';

export interface Hub {
  broadcast(text: string): void;
  count(): number;
}

interface Client {
  readonly socket: WebSocket;
  /** Messages a second that its network takes, as the lab says in `?rate=`. */
  readonly rate: number;
  waiting: readonly string[];
  /** When it first lost a message. */
  laggingSince: number | undefined;
}

const drainEveryMs = 100;

export function openHub(server: Server, settings: ServerSettings, metrics: Metrics, log: ServiceLog): Hub {
  const clients = new Set<Client>();
  const patienceMs = (settings.slow_client_timeout_secs * 1000) / timeScale.slowClient;
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, request) => {
    const rate = Number(new URL(request.url ?? '/', 'http://lab').searchParams.get('rate') ?? Infinity);
    const client: Client = { socket, rate, waiting: [], laggingSince: undefined };
    clients.add(client);
    socket.on('error', () => undefined);
    socket.on('close', () => clients.delete(client));
  });
  setInterval(() => {
    for (const client of clients) {
      const ready = Math.floor((client.rate * drainEveryMs) / 1000);
      if (client.waiting.length === 0) continue;
      for (const text of client.waiting.slice(0, ready)) client.socket.send(text);
      client.waiting = client.waiting.slice(ready);
      if (client.laggingSince === undefined || Date.now() - client.laggingSince < patienceMs) continue;
      log('WARN', `slow client disconnected after ${String(settings.slow_client_timeout_secs)} s of lag`);
      client.socket.close(1008, 'lagged receiver');
      clients.delete(client);
    }
  }, drainEveryMs).unref();
  const give = (client: Client, text: string): void => {
    if (client.rate === Infinity) {
      client.socket.send(text);
      return;
    }
    if (client.waiting.length < settings.broadcast_buffer) {
      client.waiting = [...client.waiting, text];
      return;
    }
    client.laggingSince ??= Date.now();
    metrics.add('websocket_dropped_messages_total', 1, 'lagged_receiver');
    metrics.add('websocket_client_lag_messages_total', client.waiting.length);
  };
  return {
    broadcast: (text) => {
      for (const client of clients) give(client, text);
    },
    count: () => clients.size,
  };
}
