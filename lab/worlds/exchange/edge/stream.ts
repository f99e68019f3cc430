/** The WebSocket side of the edge: channels of trades, books and candles, each with a sequence of its own. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Trade } from '../services/trade.ts';

export const channels = ['trades', 'book', 'candles'] as const;
export type Channel = (typeof channels)[number];

export interface Stream {
  trade(trade: Trade): void;
  /** An update of the book of a symbol. */
  book(symbol: string, depth: number): void;
  count(): number;
  sent(): number;
}

const types = { trades: 'TradeExecuted', book: 'BookUpdated', candles: 'CandleUpdated' } as const;

/** `isMuted`: nothing is sent, as if the stream were broken. */
export function openStream(server: Server, isMuted: () => boolean, isDegraded: () => boolean): Stream {
  const sockets = new Map<WebSocket, Set<Channel>>();
  const next: Record<Channel, number> = { trades: 0, book: 0, candles: 0 };
  let sent = 0;
  const webSockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    webSockets.handleUpgrade(request, socket, head, (opened) => {
      const subscribed = new Set<Channel>();
      sockets.set(opened, subscribed);
      opened.on('close', () => sockets.delete(opened));
      opened.on('error', () => undefined);
      opened.on('message', (text) => {
        const channel = channelIn(String(text));
        if (channel !== undefined) subscribed.add(channel);
      });
      if (isDegraded())
        opened.send(JSON.stringify({ channel: 'status', type: 'Degraded', advice: 'read snapshots after recovery' }));
    });
  });
  const publish = (channel: Channel, symbol: string, more: Readonly<Record<string, unknown>>): void => {
    next[channel] += 1;
    if (isMuted()) return;
    const text = JSON.stringify({ channel, type: types[channel], symbol, seq: next[channel], ...more });
    for (const [socket, subscribed] of sockets) {
      if (!subscribed.has(channel) || socket.readyState !== WebSocket.OPEN) continue;
      socket.send(text);
      sent += 1;
    }
  };
  return {
    trade: ({ symbol, tradeId, engineSeq, amount }) => {
      publish('trades', symbol, { tradeId, engineSeq, amount });
      publish('candles', symbol, { close: amount });
    },
    book: (symbol, depth) => {
      if (!isDegraded()) publish('book', symbol, { depth });
    },
    count: () => sockets.size,
    sent: () => sent,
  };
}

function channelIn(text: string): Channel | undefined {
  try {
    const { subscribe } = JSON.parse(text) as { readonly subscribe?: unknown };
    return channels.find((channel) => channel === subscribe);
  } catch {
    return undefined;
  }
}
