// One connection to beanstalkd and its line protocol: a command, a reply line, for stats a body of so many bytes.
import { connect } from 'node:net';

/** What the server or the connection said instead of an answer. */
export class Refusal extends Error {
  /**
   * @param {'notStarted' | 'refused' | 'unknown'} wire
   * @param {'connection' | 'validation' | 'unknown'} kind
   * @param {string} code
   * @param {string} message
   */
  constructor(wire, kind, code, message) {
    super(message);
    this.wire = wire;
    this.kind = kind;
    this.code = code;
  }
}

const longestReply = 64 * 1024;

/**
 * @param {{ host: string, port: number }} address
 * @param {AbortSignal} signal ends the connection, whatever it is doing
 * @returns {Promise<{ ask(command: string): Promise<string>, stats(tube: string): Promise<Record<string, string>>, close(): void }>}
 */
export async function open(address, signal) {
  const socket = connect(address);
  let received = '';
  let failure;
  let wake = () => undefined;
  const fail = (problem) => {
    failure ??= problem;
    wake();
  };
  let connected = false;
  const stop = () => {
    fail(new Refusal(connected ? 'unknown' : 'notStarted', 'connection', 'stopped', 'stopped before the server answered'));
    socket.destroy();
  };
  socket.setEncoding('latin1');
  socket.on('connect', () => {
    connected = true;
    wake();
  });
  socket.on('data', (text) => {
    received += text;
    if (received.length > longestReply) {
      fail(new Refusal('unknown', 'unknown', 'reply-too-long', 'the server sends more than any reply has'));
      socket.destroy();
    }
    wake();
  });
  socket.on('error', (problem) => {
    fail(new Refusal(connected ? 'unknown' : 'notStarted', 'connection', problem.code ?? 'connection', problem.message));
  });
  socket.on('close', () => fail(new Refusal('unknown', 'connection', 'closed', 'the server closed the connection')));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });

  /** Waits until `ready` gives something, or the connection has failed. */
  const until = async (ready) => {
    for (;;) {
      const found = ready();
      if (found !== undefined) return found;
      if (failure !== undefined) throw failure;
      await new Promise((resolve) => {
        wake = () => resolve(undefined);
      });
    }
  };
  const take = (length) => {
    const taken = received.slice(0, length);
    received = received.slice(length);
    return taken;
  };
  const ask = async (command) => {
    socket.write(`${command}\r\n`);
    return until(() => {
      const end = received.indexOf('\r\n');
      return end < 0 ? undefined : take(end + 2).trimEnd();
    });
  };
  const close = () => {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  };
  try {
    await until(() => (connected ? true : undefined));
  } catch (problem) {
    close();
    throw problem;
  }
  return {
    ask,
    stats: async (tube) => {
      const reply = expected(await ask(`stats-tube ${tube}`), 'OK');
      const length = Number(reply) + 2;
      const body = await until(() => (received.length >= length ? take(length) : undefined));
      return Object.fromEntries([...body.matchAll(/^([a-z-]+): *(.*?)\r?$/gm)].map(([, name, value]) => [name, value]));
    },
    close,
  };
}

/** The rest of a reply that begins with `word`; every other reply is the server's refusal. */
export function expected(reply, word) {
  const [first = '', ...rest] = reply.split(' ');
  if (first === word) return rest.join(' ');
  throw new Refusal(
    'refused',
    first === 'NOT_FOUND' ? 'validation' : 'unknown',
    first || 'no-reply',
    `the server answered ${reply}`,
  );
}
