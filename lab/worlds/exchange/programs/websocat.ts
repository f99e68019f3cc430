/** `websocat [--collect N] [--within SECONDS] URL CHANNEL...`: prints a message of the stream a line, until there are enough of them or the time is over. */
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { collect: { type: 'string', default: '10' }, within: { type: 'string', default: '5' } },
});
collect(positionals, Number(values.collect), Number(values.within) * 1000);

function collect([url = '', ...channels]: readonly string[], wanted: number, within: number): void {
  const socket = new WebSocket(url, { handshakeTimeout: 3000 });
  let count = 0;

  const finish = (code: number): void => {
    socket.terminate();
    process.exit(code);
  };
  setTimeout(() => {
    finish(0);
  }, within);
  socket.on('open', () => {
    for (const channel of channels) socket.send(JSON.stringify({ subscribe: channel }));
  });
  socket.on('message', (text) => {
    process.stdout.write(`${String(text)}\n`);
    count += 1;
    if (count >= wanted) finish(0);
  });
  socket.on('error', (problem) => {
    process.stderr.write(`websocat: ${problem.message}\n`);
    finish(1);
  });
}
