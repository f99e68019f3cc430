/** A work queue that speaks beanstalkd's protocol, for tests: tubes, jobs, use, kick, pause, counts. On loopback, closed by the test. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';

export interface Tube {
  ready: number;
  delayed: number;
  buried: number;
  /** Seconds as they were set; 0 without a pause. */
  pause: number;
  pausedAt: number;
}

export interface BeanstalkServer {
  readonly port: number;
  readonly tubes: Map<string, Tube>;
  /** Command lines as they came. */
  readonly heard: string[];
  /** What the next command of this name is answered instead; `undefined` closes the connection without an answer. */
  readonly instead: Map<string, string | undefined>;
  close(): Promise<void>;
}

export async function startBeanstalk(tubes: Readonly<Record<string, Partial<Tube>>>): Promise<BeanstalkServer> {
  const sockets = new Set<Socket>();
  const state: Pick<BeanstalkServer, 'tubes' | 'heard' | 'instead'> = {
    tubes: new Map(
      Object.entries(tubes).map(([name, tube]) => [name, { ready: 0, delayed: 0, buried: 0, pause: 0, pausedAt: 0, ...tube }]),
    ),
    heard: [],
    instead: new Map(),
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const connection = { using: 'default' };
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        state.heard.push(line);
        const name = line.split(' ')[0] ?? '';
        const reply = state.instead.has(name) ? state.instead.get(name) : answer(state.tubes, connection, line.split(' '));
        state.instead.delete(name);
        if (reply === undefined) socket.destroy();
        else socket.write(`${reply}\r\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...state,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(tubes: Map<string, Tube>, connection: { using: string }, words: readonly string[]): string {
  const [command, first = '', second = ''] = words;
  const tube = tubes.get(first);
  switch (command) {
    case 'use':
      connection.using = first;
      return `USING ${first}`;
    case 'kick':
      return kick(tubes.get(connection.using), Number(first));
    case 'pause-tube':
      if (tube === undefined) return 'NOT_FOUND';
      Object.assign(tube, { pause: Number(second), pausedAt: Date.now() });
      return 'PAUSED';
    case 'stats-tube':
      return tube === undefined ? 'NOT_FOUND' : stats(first, tube);
    default:
      return 'UNKNOWN_COMMAND';
  }
}

/** Delayed jobs only when none is buried. */
function kick(tube: Tube | undefined, bound: number): string {
  if (tube === undefined) return 'KICKED 0';
  const from = tube.buried > 0 ? 'buried' : 'delayed';
  const count = Math.min(bound, tube[from]);
  tube[from] -= count;
  tube.ready += count;
  return `KICKED ${String(count)}`;
}

function stats(name: string, tube: Tube): string {
  const left = Math.max(0, tube.pause - Math.floor((Date.now() - tube.pausedAt) / 1000));
  const body = [
    '---',
    `name: "${name}"`,
    'current-jobs-urgent: 0',
    `current-jobs-ready: ${String(tube.ready)}`,
    'current-jobs-reserved: 0',
    `current-jobs-delayed: ${String(tube.delayed)}`,
    `current-jobs-buried: ${String(tube.buried)}`,
    'current-using: 1',
    'current-watching: 1',
    'current-waiting: 0',
    `pause: ${String(left === 0 ? 0 : tube.pause)}`,
    `pause-time-left: ${String(left)}`,
    '',
  ].join('\n');
  return `OK ${String(body.length)}\r\n${body}`;
}
