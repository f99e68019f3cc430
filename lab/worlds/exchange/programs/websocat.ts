/** `websocat [--collect N] [--within SECONDS] URL CHANNEL...`: prints a message of the stream a line, until there are enough of them or the time is over. */
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

interface Wanted {
  readonly url: string;
  readonly channels: readonly string[];
  readonly collect: number;
  /** Seconds. */
  readonly within: number;
}

function wanted(): Wanted {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { collect: { type: 'string', default: '10' }, within: { type: 'string', default: '5' } },
  });
  const [url = '', ...channels] = positionals;
  return { url, channels, collect: Number(values.collect), within: Number(values.within) };
}

function watch({ url, channels, collect, within }: Wanted): void {
  const socket = new WebSocket(url, { handshakeTimeout: 3000 });
  let count = 0;
  const finish = (code: number): void => {
    socket.terminate();
    process.exit(code);
  };
  setTimeout(() => {
    finish(0);
  }, within * 1000);
  socket.on('open', () => {
    for (const channel of channels) socket.send(JSON.stringify({ subscribe: channel }));
  });
  socket.on('message', (text) => {
    process.stdout.write(`${String(text)}\n`);
    count += 1;
    if (count >= collect) finish(0);
  });
  socket.on('error', (problem) => {
    process.stderr.write(`websocat: ${problem.message}\n`);
    finish(1);
  });
}

watch(wanted());
