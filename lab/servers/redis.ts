/** A Redis without persistence. */
import { connect } from 'node:net';
import { join } from 'node:path';
import { need } from './find.ts';
import type { Process } from './process.ts';
import { launch, ready } from './process.ts';

export interface RedisOptions {
  readonly directory: string;
  readonly port: number;
  readonly detached: boolean;
}

export const launchRedis = (options: RedisOptions): Promise<Process> =>
  launch({
    name: 'redis',
    command: need('redis-server'),
    args: ['--port', String(options.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', options.directory],
    log: join(options.directory, 'redis.log'),
    detached: options.detached,
  });

/** Ready: it answers PING. */
export const redisReady = (options: RedisOptions, one: Process): Promise<void> =>
  ready('redis', () => ping(options.port), { within: 20_000, of: one, log: join(options.directory, 'redis.log') });

const ping = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer to PING')));
    socket.on('error', reject);
    socket.on('data', (reply) => {
      socket.destroy();
      resolve(reply.toString().startsWith('+PONG'));
    });
  });
