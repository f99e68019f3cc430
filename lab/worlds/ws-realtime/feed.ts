/** Writes the records that the service distributes: bursts of lines, a few order books and analytics. */
import type { Kafka, Producer } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { burst } from './settings.ts';

export interface Feed {
  pause(): void;
  resume(): void;
  isRunning(): boolean;
  close(): Promise<void>;
}

const markets = ['ARS-CHE', 'BAR-RMA', 'BVB-FCB', 'INT-ACM', 'LIV-MUN', 'PSG-OLM', 'AJX-PSV', 'BEN-POR'];

export async function startFeed(kafka: Kafka): Promise<Feed> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
  await producer.connect();
  let isRunning = true;
  let isBusy = false;
  let count = 0;
  const tick = async (): Promise<void> => {
    if (!isRunning || isBusy) return;
    isBusy = true;
    count += 1;
    // a topic that is just being made again is tried at the next tick
    await write(producer, count).catch(() => undefined);
    isBusy = false;
  };
  const timer = setInterval(() => void tick(), burst.everyMs);
  return {
    pause: () => {
      isRunning = false;
    },
    resume: () => {
      isRunning = true;
    },
    isRunning: () => isRunning,
    close: async () => {
      isRunning = false;
      clearInterval(timer);
      await producer.disconnect();
    },
  };
}

async function write(producer: Producer, count: number): Promise<void> {
  const at = Date.now();
  const record = (index: number, body: object): { readonly key: string; readonly value: string } => ({
    key: markets[index % markets.length] ?? '',
    value: JSON.stringify({ at, ...body }),
  });
  const lines = Array.from({ length: burst.records }, (_, index) => record(index, { home: 1 + ((count + index) % 90) / 100 }));
  await producer.sendBatch({
    acks: 1,
    topicMessages: [
      { topic: 'lines', messages: lines },
      { topic: 'order_book', messages: [record(count, { bids: [[1, count]] }), record(count + 1, { asks: [[2, count]] })] },
      { topic: 'analytics', messages: [record(count, { turnover: count })] },
    ],
  });
}
