/** How far the consumer is behind, asked of the broker a few times a second; and whether the broker answers at all. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { leave } from '../../../services/consumer.ts';
import type { ServerSettings } from '../settings.ts';

export interface LagWatch {
  /** Partition -> messages. */
  lag(): ReadonlyMap<number, number>;
  isConnected(): boolean;
  /** The next offset that the consumer reads. */
  moved(partition: number, next: number): void;
}

const everyMs = 500;

export function watchLag(kafka: Kafka, { kafka_topic: topic, kafka_group_id: groupId }: ServerSettings): LagWatch {
  const positions = new Map<number, number>();
  let ends = new Map<number, number>();
  let isConnected = false;
  let admin = kafka.admin();
  const look = async (): Promise<void> => {
    const found = await admin.fetchTopicOffsets(topic);
    if (found.some(({ partition }) => !positions.has(partition))) {
      const committed = await admin.fetchOffsets({ groupId, topics: [topic] });
      for (const { partition, offset } of committed[0]?.partitions ?? []) {
        const low = Number(found.find((one) => one.partition === partition)?.low ?? 0);
        if (!positions.has(partition)) positions.set(partition, Math.max(low, Number(offset)));
      }
    }
    ends = new Map(found.map(({ partition, high }) => [partition, Number(high)]));
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      try {
        if (!isConnected) await admin.connect();
        await look();
        isConnected = true;
      } catch {
        isConnected = false;
        await leave(admin);
        admin = kafka.admin();
      }
      await sleep(everyMs);
    }
  };
  void watch();
  return {
    lag: () => new Map([...ends].map(([partition, end]) => [partition, Math.max(0, end - (positions.get(partition) ?? end))])),
    isConnected: () => isConnected,
    moved: (partition, next) => {
      positions.set(partition, next);
    },
  };
}
