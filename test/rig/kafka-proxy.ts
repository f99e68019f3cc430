/** Between a client and a broker: loses or holds the request or the reply of one kind, knowing frames and their kinds (`api key`). */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Kinds of requests, as the protocol numbers them. */
export const kinds = {
  produce: 0,
  metadata: 3,
  offsetCommit: 8,
  createTopics: 19,
  deleteTopics: 20,
  deleteRecords: 21,
  alterConfigs: 33,
  createPartitions: 37,
  deleteGroups: 42,
} as const;
export type Kind = keyof typeof kinds;

interface Rule {
  readonly kind: number;
  /** request: never reaches the broker; reply: the broker has acted. Both: the connection is cut. hold: the reply waits for `release`. */
  readonly what: 'request' | 'reply' | 'hold';
  /** How many of the kind pass before. */
  after: number;
}

export interface KafkaProxy {
  readonly port: number;
  /** Where the broker listens. */
  to(port: number): void;
  /** For one request; the rule ends with it. */
  lose(kind: Kind, what: 'request' | 'reply'): void;
  hold(kind: Kind, after: number): void;
  /** Resolves once a reply is held. */
  holding(): Promise<void>;
  release(): void;
  /** Kinds of all requests since the last call. */
  seen(): readonly number[];
  stop(): Promise<void>;
}

export async function startKafkaProxy(): Promise<KafkaProxy> {
  let upstream = 0;
  let rule: Rule | undefined;
  let log: number[] = [];
  let held: (() => void)[] = [];
  let onHeld: () => void = () => undefined;
  const open = new Set<Socket>();
  const matching = (kind: number): Rule['what'] | undefined => {
    if (rule?.kind !== kind) return undefined;
    rule.after -= 1;
    if (rule.after >= 0) return undefined;
    const { what } = rule;
    rule = undefined;
    return what;
  };
  const server = createServer((client) => {
    const broker = connect(upstream, '127.0.0.1');
    const doomed = new Map<number, 'reply' | 'hold'>();
    const cut = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      open.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        open.delete(socket);
        cut();
      });
    }
    onFrames(client, (frame) => {
      const kind = frame.readInt16BE(4);
      log.push(kind);
      const what = matching(kind);
      if (what === 'request') {
        cut();
        return;
      }
      if (what !== undefined) doomed.set(frame.readInt32BE(8), what);
      broker.write(frame);
    });
    onFrames(broker, (frame) => {
      const what = doomed.get(frame.readInt32BE(4));
      if (what === 'reply') cut();
      else if (what === 'hold') {
        held.push(() => client.write(frame));
        onHeld();
      } else client.write(frame);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    to: (port) => {
      upstream = port;
    },
    lose: (kind, what) => {
      rule = { kind: kinds[kind], what, after: 0 };
    },
    hold: (kind, after) => {
      rule = { kind: kinds[kind], what: 'hold', after };
    },
    holding: () =>
      new Promise((resolve) => {
        onHeld = resolve;
        if (held.length > 0) resolve();
      }),
    release: () => {
      for (const send of held) send();
      held = [];
      rule = undefined;
    },
    seen: () => {
      const all = log;
      log = [];
      return all;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Calls `take` for each whole frame: a length of four bytes, and what it counts. */
function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      const frame = rest.subarray(0, end);
      rest = rest.subarray(end);
      take(frame);
    }
  });
}
