/** The bounded queue of one client, and the loop that sends it as fast as the client's network takes it. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Outbound {
  /** False: the queue is full, and the message was not taken. */
  offer(text: string): boolean;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
  /** Something waits to be sent. */
  isBusy(): boolean;
  close(): void;
}

interface Options {
  readonly limit: number;
  readonly send: (text: string) => void;
  /** Messages a second, asked again before each part: it falls when the replica serves more clients at once. */
  readonly rate: () => number;
}

const partMs = 20;

export function createOutbound({ limit, send, rate }: Options): Outbound {
  const queue: string[] = [];
  let isOpen = true;
  let sending: Promise<void> = Promise.resolve();
  let isSending = false;

  const sendAll = async (): Promise<void> => {
    let allowed = 1;
    for (let last = performance.now(); isOpen && queue.length > 0;) {
      for (; allowed >= 1 && queue.length > 0; allowed -= 1) send(queue.shift() ?? '');
      await sleep(partMs);
      const now = performance.now();
      allowed += (rate() * (now - last)) / 1000;
      last = now;
    }
    isSending = false;
  };
  return {
    offer: (text) => {
      if (queue.length >= limit) return false;
      queue.push(text);
      if (!isSending) {
        isSending = true;
        sending = sendAll();
      }
      return true;
    },
    drained: () => sending,
    isBusy: () => isSending,
    close: () => {
      isOpen = false;
      queue.length = 0;
    },
  };
}
