/** The outbox of an engine: what is in its log and not yet at the brokers. A trade may arrive twice after a crash; the ledger knows it by its key. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { settlementTopic, symbols } from '../names.ts';
import type { Journal } from './journal.ts';

const mostAtOnce = 200;

export interface Publisher {
  /** Sends what is next; throws when the brokers do not take it. */
  flush(): Promise<void>;
  published(): number;
  /** Of a leader before: what it has sent need not be sent again. */
  skipTo(seq: number): void;
  backlog(): number;
  /** Age of the oldest trade that is not sent, in seconds. */
  lag(): number;
  errors(): number;
  forget(): void;
}

export function createPublisher(kafka: Kafka, journal: Journal, folder: string): Publisher {
  const file = join(folder, 'published');
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    retry: { retries: 1, initialRetryTime: 50, maxRetryTime: 200 },
  });
  let isConnected = false;
  let published = readNumber(file);
  let errors = 0;
  producer.on(producer.events.DISCONNECT, () => {
    isConnected = false;
  });
  const mark = (seq: number): void => {
    published = seq;
    writeFileSync(file, String(seq));
  };
  return {
    flush: async () => {
      const next = journal.after(published, mostAtOnce);
      const last = next.at(-1);
      if (last === undefined) return;
      try {
        if (!isConnected) await producer.connect();
        isConnected = true;
        await producer.send({
          topic: settlementTopic,
          acks: -1,
          timeout: 2000,
          messages: next.map((trade) => ({
            key: trade.symbol,
            partition: Math.max(0, (symbols as readonly string[]).indexOf(trade.symbol)),
            timestamp: String(Date.parse(trade.at)),
            value: JSON.stringify(trade),
          })),
        });
        mark(last.seq);
      } catch (problem) {
        errors += 1;
        throw problem;
      }
    },
    published: () => published,
    skipTo: mark,
    backlog: () => journal.durableSeq() - published,
    lag: () => {
      const [oldest] = journal.after(published, 1);
      return oldest === undefined ? 0 : (Date.now() - Date.parse(oldest.at)) / 1000;
    },
    errors: () => errors,
    forget: () => {
      published = 0;
      errors = 0;
    },
  };
}

function readNumber(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}
