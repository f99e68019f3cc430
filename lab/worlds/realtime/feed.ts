/** The market feed: one quote per symbol and tick into the topic, as long as broadcasting is on. */
import type { Kafka, Producer } from 'kafkajs';
import { quoteAt } from './book.ts';
import { feedEvery, seedRecords, symbols, topic, venues } from './settings.ts';

export interface Feed {
  /** When this returns, nothing of the feed is on its way to the broker any more. */
  pause(): Promise<void>;
  resume(): void;
  running(): boolean;
  close(): Promise<void>;
}

export async function startFeed(kafka: Kafka): Promise<Feed> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  let tick = 0;
  for (; tick < seedRecords / symbols.length;) {
    const ticks = Array.from({ length: 100 }, (_, index) => tick + index);
    await publish(producer, ticks);
    tick += ticks.length;
  }
  let on = true;
  let sending: Promise<void> | undefined;
  const timer = setInterval(() => {
    // a slow broker makes the feed slower, not its queue longer
    if (!on || sending !== undefined) return;
    tick += 1;
    sending = publish(producer, [tick])
      .catch(() => undefined)
      .finally(() => {
        sending = undefined;
      });
  }, feedEvery);
  const pause = async (): Promise<void> => {
    on = false;
    await sending;
  };
  return {
    pause,
    resume: () => {
      on = true;
    },
    running: () => on,
    close: async () => {
      clearInterval(timer);
      await pause();
      await producer.disconnect();
    },
  };
}

async function publish(producer: Producer, ticks: readonly number[]): Promise<void> {
  const messages = ticks.flatMap((tick) =>
    symbols.map((symbol) => ({ key: symbol, value: JSON.stringify(quoteAt(symbol, venues[symbol] ?? '', tick)) })),
  );
  await producer.send({ topic, messages });
}
