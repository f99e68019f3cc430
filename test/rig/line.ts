/** What is between a browser and a server, and can fail: cut, so that both ends hear of it, or frozen, so that neither does. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface CutLine {
  readonly url: string;
  cut(): void;
  freeze(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openLine(port: number): Promise<CutLine> {
  let state: 'whole' | 'cut' | 'frozen' = 'whole';
  const open = new Set<Socket>();
  const drop = (): void => {
    for (const socket of open) socket.destroy();
  };
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (state === 'cut') client.destroy();
    if (state !== 'whole') return;
    const upstream = connect(port, '127.0.0.1');
    keep(upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (chunk) => state === 'whole' && to.write(chunk));
      from.on('close', () => state !== 'frozen' && to.destroy());
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    cut: () => {
      state = 'cut';
      drop();
    },
    freeze: () => {
      state = 'frozen';
    },
    // What was sent into a frozen line is lost, as if the network had changed.
    mend: () => {
      state = 'whole';
    },
    close: () =>
      new Promise((done) => {
        state = 'whole';
        drop();
        server.close(() => done());
      }),
  };
}
