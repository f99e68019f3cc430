/**
 * The connections of one client, which can be cut. The driver continues by itself after a deadline: once an answer comes at last it would send
 * the next request, perhaps the write that the run has given up by then, on a new connection if need be. After `cut` nothing leaves any more.
 */
import type { ISocketFactory } from 'kafkajs';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { makeMender } from './metadata-reply.ts';

export interface Sockets {
  readonly factory: ISocketFactory;
  cut(): void;
}

const keepAliveMs = 60_000;

/** `mended`: metadata are read although partitions have no leader. */
export function makeSockets(mended: boolean): Sockets {
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
      if (mended) mendReplies(socket);
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

/** Between the driver and its socket; the driver writes one whole request at a time. */
function mendReplies(socket: Socket): void {
  const mender = makeMender();
  const write = socket.write.bind(socket) as (...all: readonly unknown[]) => boolean;
  const listen = socket.on.bind(socket) as (event: string, listener: (...all: unknown[]) => void) => Socket;
  Object.assign(socket, {
    write: (...all: readonly unknown[]) => {
      const [chunk] = all;
      if (chunk instanceof Uint8Array) mender.asked(chunk);
      return write(...all);
    },
    on: (event: string, listener: (...all: unknown[]) => void) => {
      if (event !== 'data') return listen(event, listener);
      return listen(event, (chunk) => {
        mender.came(chunk as Buffer, listener);
      });
    },
  });
}
