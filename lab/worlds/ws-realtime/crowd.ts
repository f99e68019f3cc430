/** Clients that read lines all the time and connect again when they are cut off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

export interface Crowd {
  set(size: number): void;
  /** How many clients there are, connected or about to connect again. */
  size(): number;
  /** Connections that are open now. */
  connected(): number;
  /** How often one was closed by the service with a policy violation, since the start. */
  violations(): number;
}

const reconnectMs = 250;

export function createCrowd(url: string, token: () => string): Crowd {
  const members = new Map<number, WebSocket | undefined>();
  let violations = 0;
  const live = async (id: number): Promise<void> => {
    while (members.has(id)) {
      const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token()}` }, handshakeTimeout: 2000 });
      members.set(id, socket);
      socket.on('open', () => {
        socket.send('{"subscribe":"lines"}');
      });
      socket.on('error', () => undefined);
      const code = await new Promise<number>((resolve) => socket.once('close', resolve));
      if (code === 1008) violations += 1;
      await sleep(reconnectMs);
    }
  };
  return {
    set: (size) => {
      for (const [id, socket] of members)
        if (id >= size) {
          members.delete(id);
          socket?.terminate();
        }
      for (let id = 0; id < size; id += 1) if (!members.has(id)) void join(id);
    },
    size: () => members.size,
    connected: () => [...members.values()].filter((socket) => socket?.readyState === WebSocket.OPEN).length,
    violations: () => violations,
  };

  async function join(id: number): Promise<void> {
    members.set(id, undefined);
    await live(id);
  }
}
