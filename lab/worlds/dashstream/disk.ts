/** The broker's disk. While it is full the broker takes no record for the DLQ; shorter retention of the main topic deletes old records and frees it. */
import type { LabState } from '../../state.ts';
import { produce, withAdmin } from './clients.ts';
import { topics } from './names.ts';
import { setTopicSettings, topicSettings } from './topics.ts';

export interface Disk {
  fill(): Promise<void>;
  /** As if nobody had filled it. */
  reset(): void;
  isFull(): boolean;
  /** As `df` counts, in blocks of 1024 bytes. */
  usage(): { readonly size: number; readonly used: number };
}

const size = 20_971_520;
const usual = 0.41;
const day = 86_400_000;
const oldRecords = 500;
const lookEveryMs = 200;

export function createDisk(state: LabState): Disk {
  let isFull = false;
  let timer: NodeJS.Timeout | undefined;
  const reset = (): void => {
    isFull = false;
    clearInterval(timer);
  };
  const look = (): Promise<void> =>
    withAdmin(state, async (admin) => {
      const retention = Number((await topicSettings(admin, topics.main))['retention.ms'] ?? Infinity);
      if (!isFull || retention > day) return;
      reset();
      // the broker would do it within minutes
      const partitions = (await admin.fetchTopicOffsetsByTimestamp(topics.main, Date.now() - retention)).map(
        ({ partition, offset }) => ({ partition, offset }),
      );
      await admin.deleteTopicRecords({ topic: topics.main, partitions });
      await setTopicSettings(admin, topics.dlq, {});
    });
  return {
    fill: async () => {
      await withAdmin(state, async (admin) => {
        const ends = await admin.fetchTopicOffsets(topics.main);
        const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
        await admin.deleteTopicRecords({ topic: topics.main, partitions });
        await setTopicSettings(admin, topics.dlq, { 'max.message.bytes': '1' });
      });
      await produce(state, topics.main, oldMessages(Date.now() - 2 * day));
      isFull = true;
      timer = setInterval(() => void look().catch(() => undefined), lookEveryMs);
    },
    reset,
    isFull: () => isFull,
    usage: () => ({ size, used: Math.round(size * (isFull ? 1 : usual)) }),
  };
}

/** From before the server has started, so that it passes over them. */
const oldMessages = (at: number): readonly { readonly key: string; readonly value: string; readonly timestamp: string }[] =>
  Array.from({ length: oldRecords }, (_, sequence) => ({
    key: 'thread-1',
    timestamp: String(at),
    value: JSON.stringify({
      message_id: `old-${String(sequence)}`,
      session: 'old',
      thread_id: 'thread-1',
      sequence,
      schema_version: 3,
      timestamp: at,
      tenant_id: 'tenant-7',
      payload: {},
    }),
  }));
