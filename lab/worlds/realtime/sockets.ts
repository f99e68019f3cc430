/** WebSocket clients: `{"subscribe":"orderbook.BTC-USD"}` and from then on a frame per quote. */
import type { Server } from 'node:http';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Frame } from './gateway.ts';

export interface Sockets {
  send(frame: Frame): void;
  close(): void;
}

/** A client that reads too slowly is closed with this code and reason, as the real gateway does. */
const slow = { code: 4008, reason: 'SLOW_CONSUMER', bytes: 4 << 20 } as const;

export function openSockets(server: Server): Sockets {
  const clients = new Map<WebSocket, Set<string>>();
  const sockets = new WebSocketServer({ server, path: '/stream' });
  sockets.on('connection', (socket) => {
    const channels = new Set<string>();
    clients.set(socket, channels);
    socket.on('message', (data) => {
      const channel = subscription(String(data));
      if (channel === undefined) socket.send(JSON.stringify({ error: 'expected {"subscribe":"orderbook.<symbol>"}' }));
      else channels.add(channel);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => clients.delete(socket));
  });
  return {
    send: (frame) => {
      const text = JSON.stringify(frame);
      for (const [socket, channels] of clients) {
        if (!channels.has(frame.channel)) continue;
        if (socket.bufferedAmount > slow.bytes) socket.close(slow.code, slow.reason);
        else socket.send(text);
      }
    },
    close: () => {
      for (const socket of clients.keys()) socket.terminate();
      sockets.close();
    },
  };
}

function subscription(text: string): string | undefined {
  try {
    const message = JSON.parse(text) as { readonly subscribe?: unknown } | null;
    return typeof message?.subscribe === 'string' ? message.subscribe : undefined;
  } catch {
    return undefined;
  }
}
