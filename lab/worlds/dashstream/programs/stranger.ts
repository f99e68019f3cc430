/** `node dist/lab/dashstream/stranger.js`: a program that has nothing to do with dashstream and listens at the port in PORT. */
import { createServer } from 'node:net';

createServer((socket) => socket.destroy()).listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
