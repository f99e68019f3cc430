/** One address for several servers: each connection goes to the next one that is ready, and is refused when there is none. */
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

export async function openBalancer(port: number, readyPorts: () => readonly number[]): Promise<Server> {
  let turn = 0;
  const server = createServer((client) => {
    const ports = readyPorts();
    turn += 1;
    const to = ports[turn % Math.max(1, ports.length)];
    if (to === undefined) {
      client.resetAndDestroy();
      return;
    }
    join(client, connect(to, '127.0.0.1'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

function join(client: Socket, server: Socket): void {
  client.setNoDelay(true);
  server.setNoDelay(true);
  client.pipe(server);
  server.pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy());
}
