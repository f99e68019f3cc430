/** Local servers that speak the protocols of flag services, as far as a client of one flag sees them, with the requests on record. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../../interpreter/core/model/value.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Json;
}
export interface Web {
  readonly url: string;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

export async function serve(answer: (asked: Asked) => { readonly status: number; readonly body?: Json }): Promise<Web> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const one = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: text === '' ? null : (JSON.parse(text) as Json),
      };
      asked.push(one);
      const { status, body } = answer(one);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => {
        resolve();
      });
    });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked, stop };
}

/** What a patch of LaunchDarkly does: all tests hold and all replacements happen, or a 409 and nothing. */
export function patched(document: Json, operations: Json): Json | undefined {
  const copy = structuredClone(document) as Record<string, Json>;
  for (const one of operations as readonly { readonly op: string; readonly path: string; readonly value: Json }[]) {
    const keys = one.path
      .split('/')
      .slice(1)
      .map((key) => key.replace(/~1/g, '/').replace(/~0/g, '~'));
    const last = keys.pop() ?? '';
    let at = copy;
    for (const key of keys) at = at[key] as Record<string, Json>;
    if (one.op === 'test' && at[last] !== one.value) return undefined;
    if (one.op === 'replace') at[last] = one.value;
  }
  return copy;
}
