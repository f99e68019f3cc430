/** Where the messages of the runbooks arrive: a chat that writes the first line of each into the ledger of its folder. */
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const { text } = JSON.parse(body) as { readonly text: string };
    const folder = decodeURIComponent((request.url ?? '').slice(1));
    appendFileSync(join(folder, 'ledger'), `${text.split('\n')[0] ?? ''}\n`);
    response.end('ok');
  });
});
// The program's timeouts are not what is tried here.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
server.unref();
const { port } = server.address() as AddressInfo;

export const inboxOf = (folder: string): string => `http://127.0.0.1:${String(port)}/${encodeURIComponent(folder)}`;
