/** Where the server listens: a port, or a unix socket that nobody else may use. */
import { lstatSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { usage } from '../../console/exit-codes.ts';

export type ListenAt = { readonly is: 'port'; readonly at: string } | { readonly is: 'socket'; readonly path: string };

/** Resolves to the address, with the port that the system gave where 0 was asked for. Throws CommandError. */
export async function listenAt(server: Server, where: ListenAt): Promise<string> {
  if (where.is === 'port') return onPort(server, where.at);
  const path = resolve(where.path);
  await refuseTaken(path);
  // For the account and its group from the first moment, not only after a chmod.
  const before = process.umask(0o117);
  try {
    await opened(server, path, () => server.listen(path));
  } finally {
    process.umask(before);
  }
  return path;
}

async function onPort(server: Server, at: string): Promise<string> {
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(at) ?? [];
  if (host === '' || Number(port) > 65_535) throw usage(`--listen ${at} is not an address`, '--listen 127.0.0.1:8765');
  await opened(server, at, () => server.listen(Number(port), host.replace(/^\[|\]$/g, '')));
  const address = server.address();
  return `http://${host}:${String(typeof address === 'object' && address !== null ? address.port : port)}`;
}

const opened = (server: Server, at: string, listen: () => void): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', (problem: NodeJS.ErrnoException) =>
      fail(
        usage(
          `cannot listen on ${at} (${problem.code ?? problem.message})`,
          'choose another with --listen HOST:PORT or --socket PATH',
        ),
      ),
    );
    server.once('listening', done);
    listen();
  });

/** What a server left behind that was killed is removed; what anybody uses, or what is not a socket, is not. */
async function refuseTaken(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw usage(`--socket ${path} is there already, and is not a socket`, 'name a path where nothing is');
  if (await isAnswered(path)) throw usage(`another server listens on ${path}`, 'stop it first, or name another path');
  rmSync(path, { force: true });
}

const isAnswered = (path: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    // Also where it is full, or not ours to open: somebody is there.
    socket.once('error', ({ code }: NodeJS.ErrnoException) => done(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
