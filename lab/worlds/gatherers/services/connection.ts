/** The connection of a gatherer to the exchange, which is opened again whenever it ends. */
import { WebSocket } from 'ws';
import type { Message } from './market.ts';

export interface Connection {
  isOpen(): boolean;
  reconnects(): number;
  errors(): ReadonlyMap<string, number>;
}

/** Milliseconds until the next try. */
const tryAgainAfter = 100;

export function createConnection(url: string, take: (message: Message) => void): Connection {
  const errors = new Map<string, number>([['closed', 0]]);
  let open = false;
  let reconnects = 0;
  const failed = (type: string, words: string): void => {
    errors.set(type, (errors.get(type) ?? 0) + 1);
    process.stdout.write(`${words}\n`);
  };
  const connect = (): void => {
    const socket = new WebSocket(url, { handshakeTimeout: 2000 });
    socket.on('open', () => {
      open = true;
      process.stdout.write('connected to the exchange\n');
    });
    socket.on('message', (data) => {
      take(JSON.parse((data as Buffer).toString()) as Message);
    });
    socket.on('unexpected-response', (_, response) => {
      const status = String(response.statusCode ?? 0);
      failed(status === '429' ? 'rate_limited' : `status_${status}`, `the exchange refused the connection, status ${status}`);
      response.destroy();
      socket.terminate();
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      if (open) failed('closed', `the exchange closed the connection, code ${String(code)}`);
      open = false;
      reconnects += 1;
      setTimeout(connect, tryAgainAfter);
    });
  };
  connect();
  return { isOpen: () => open, reconnects: () => reconnects, errors: () => errors };
}
