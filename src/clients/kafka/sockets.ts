/**
 * The connections of one client, which can be cut. The driver goes on by itself after a deadline: once an answer comes at last it would send
 * the next request, perhaps the write that the run has given up by then, on a new connection if need be. After `cut` nothing leaves any more.
 */
import type { ISocketFactory } from 'kafkajs';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface Sockets {
  readonly factory: ISocketFactory;
  cut(): void;
}

const keepAliveMs = 60_000;

export function makeSockets(): Sockets {
  const open = new Set<Socket>();
  let isCut = false;
  return {
    factory: ({ host, port, ssl, onConnect }) => {
      if (isCut) throw new Error('given up');
      const name = isIP(host) === 0 ? { servername: host } : {};
      // Whatever its type says, the driver gives null where nothing is said.
      const encrypted = ssl as object | null | undefined;
      const socket: Socket =
        encrypted === undefined || encrypted === null
          ? connect({ host, port }, onConnect)
          : connectTls({ host, port, ...name, ...encrypted }, onConnect);
      socket.setKeepAlive(true, keepAliveMs);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return socket;
    },
    cut: () => {
      isCut = true;
      for (const socket of open) socket.destroy(new Error('given up'));
    },
  };
}
