/** Which client listens to which channel; a client whose queue is full when a message comes is disconnected. */
import type { WebSocket } from 'ws';
import type { Log } from './log.ts';
import type { Outbound } from './outbound.ts';
import { createOutbound } from './outbound.ts';

/** A record of a topic, as clients get it. `seq` is its offset. */
export interface Frame {
  readonly channel: string;
  readonly key: string;
  readonly partition: number;
  readonly seq: number;
  readonly data: unknown;
}

export interface Hub {
  add(socket: WebSocket, subject: string): void;
  publish(frame: Frame): void;
  count(): number;
  /** Sends what waits, then closes every connection with 1001. */
  close(): Promise<void>;
}

interface Client {
  readonly id: number;
  readonly subject: string;
  readonly socket: WebSocket;
  readonly channels: Set<string>;
  readonly outbound: Outbound;
}

interface Options {
  readonly buffer: number;
  /** Messages a second that the network takes for one client. */
  readonly linkRate: number;
  /** Messages a second that this replica can send to all clients together. */
  readonly capacity: () => number;
  readonly topics: readonly string[];
  readonly log: Log;
}

const policyViolation = 1008;
const goingAway = 1001;

export function createHub({ buffer, linkRate, capacity, topics, log }: Options): Hub {
  const clients = new Map<number, Client>();
  const newest = new Map<string, string>();
  let last = 0;
  /** Clients that listen to a quiet channel cost nothing. */
  const rate = (): number => {
    const busy = [...clients.values()].filter(({ outbound }) => outbound.isBusy()).length;
    return Math.min(linkRate, capacity() / Math.max(1, busy));
  };

  const offer = (client: Client, text: string): void => {
    if (client.outbound.offer(text)) return;
    log(
      `client ${String(client.id)} (${client.subject}) dropped: its buffer of ${String(buffer)} messages is full; closing with policy violation`,
    );
    forget(client);
    client.socket.close(policyViolation, 'policy violation: slow consumer');
  };
  const forget = (client: Client): void => {
    clients.delete(client.id);
    client.outbound.close();
  };
  /** `lines` is a whole topic; `lines.KEY` is one key of it and begins with its newest message. */
  const subscribe = (client: Client, channel: string): void => {
    const topic = channel.split('.')[0] ?? '';
    if (!topics.includes(topic)) {
      client.socket.send(JSON.stringify({ error: `there is no channel ${topic}`, channels: topics }));
      return;
    }
    client.channels.add(channel);
    log(`client ${String(client.id)} (${client.subject}) subscribed to ${channel}`);
    for (const [place, text] of newest) if (place.startsWith(`${channel}@`)) offer(client, text);
  };
  return {
    add: (socket, subject) => {
      last += 1;
      const outbound = createOutbound({ limit: buffer, send: (text) => void socket.send(text), rate });
      const client: Client = { id: last, subject, socket, channels: new Set(), outbound };
      clients.set(client.id, client);
      log(`client ${String(client.id)} (${subject}) connected; ${String(clients.size)} connected`);
      socket.on('message', (data) => {
        const asked = requestOf(String(data));
        if (asked.subscribe !== undefined) subscribe(client, asked.subscribe);
        if (asked.unsubscribe !== undefined) client.channels.delete(asked.unsubscribe);
      });
      socket.on('close', (code) => {
        forget(client);
        log(`client ${String(client.id)} (${subject}) disconnected with ${String(code)}; ${String(clients.size)} connected`);
      });
      socket.on('error', () => {
        forget(client);
      });
    },
    publish: (frame) => {
      const text = JSON.stringify(frame);
      const ofKey = `${frame.channel}.${frame.key}`;
      newest.set(`${ofKey}@${String(frame.partition)}`, text);
      for (const client of [...clients.values()])
        if (client.channels.has(frame.channel) || client.channels.has(ofKey)) offer(client, text);
    },
    count: () => clients.size,
    close: async () => {
      const all = [...clients.values()];
      await Promise.all(all.map(({ outbound }) => outbound.drained()));
      for (const { socket } of all) socket.close(goingAway, 'the service shuts down');
    },
  };
}

function requestOf(text: string): { readonly subscribe?: string; readonly unsubscribe?: string } {
  try {
    const { subscribe, unsubscribe } = JSON.parse(text) as { readonly subscribe?: unknown; readonly unsubscribe?: unknown };
    return {
      ...(typeof subscribe === 'string' ? { subscribe } : {}),
      ...(typeof unsubscribe === 'string' ? { unsubscribe } : {}),
    };
  } catch {
    return {};
  }
}
