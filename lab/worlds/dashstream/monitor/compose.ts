/** Makes the messages of one tick, good and bad, as the settings say. */
import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Message } from '../message.ts';
import { threads } from '../names.ts';
import type { MonitorSettings } from '../settings.ts';
import { serverSchema } from '../settings.ts';

export interface Outgoing {
  readonly key: string | null;
  readonly value: string;
}

export interface Composer {
  /** The next so many messages. */
  compose(count: number, now: number): readonly Outgoing[];
  checkpoint(now: number): Outgoing;
}

const tenants = ['tenant-7', 'tenant-8'];

/** Bugs belong to a release: the good one has none, whatever the settings say. */
function withoutBugs(settings: MonitorSettings): MonitorSettings {
  if (settings.dashflow_streaming !== serverSchema.library) return settings;
  return { ...settings, malformed_ratio: 0, non_protobuf_ratio: 0, reorder_ratio: 0 };
}

export function createComposer(given: MonitorSettings): Composer {
  const settings = withoutBugs(given);
  const session = randomUUID();
  const sequences = new Map<string, number>();
  let count = 0;

  const keyOf = (thread: string): string | null => (settings.partition_key === 'none' ? null : thread);
  const message = (thread: string, now: number, more: Partial<Message> = {}): Message => ({
    message_id: randomUUID(),
    session,
    thread_id: thread,
    schema_version: settings.schema_version,
    timestamp: now,
    tenant_id: tenants[count % tenants.length] ?? '',
    payload: { quality: 0.9 + (count % 10) / 100 },
    ...more,
  });
  const numbered = (thread: string, now: number): Message => {
    const sequence = (sequences.get(thread) ?? 0) + 1;
    sequences.set(thread, sequence);
    return message(thread, now, { sequence });
  };
  const next = (now: number): readonly Outgoing[] => {
    count += 1;
    const thread = threads[count % threads.length] ?? threads[0];
    const key = keyOf(thread);
    if (isDue(count, settings.non_protobuf_ratio)) return [{ key, value: `<html>${randomBytes(12).toString('hex')}</html>` }];
    if (isDue(count, settings.malformed_ratio)) {
      return [{ key, value: JSON.stringify({ ...message(thread, now), thread_id: undefined }) }];
    }
    if (isDue(count, settings.old_schema_ratio))
      return [{ key, value: JSON.stringify(message('thread-old', now, { schema_version: 2 })) }];
    const made = { key, value: JSON.stringify(numbered(thread, now)) };
    return isDue(count, settings.duplicate_ratio) ? [made, made] : [made];
  };
  return {
    compose: (wanted, now) => {
      const made = Array.from({ length: wanted }, () => next(now)).flat();
      return isDue(count, settings.reorder_ratio, wanted) ? swapped(made) : made;
    },
    checkpoint: (now) => {
      const state = 'x'.repeat(settings.checkpoint_bytes);
      const payload =
        settings.externalize === 'redis'
          ? { ref: `redis:checkpoint:${session}` }
          : settings.compression === 'gzip'
            ? { encoding: 'gzip', data: gzipSync(state).toString('base64') }
            : { state };
      return { key: keyOf('thread-checkpoint'), value: JSON.stringify(message('thread-checkpoint', now, { payload })) };
    },
  };
}

/** Whether this message, or one of the last so many, is one of those that the ratio picks. */
const isDue = (count: number, ratio: number, last = 1): boolean => Math.floor(count * ratio) > Math.floor((count - last) * ratio);

/** The first message changes places with the next of its thread; once in a while, a whole call at a time. */
function swapped(made: readonly Outgoing[]): readonly Outgoing[] {
  const other = made.findIndex(({ key }, index) => index > 0 && key === made[0]?.key);
  const [first, second] = [made[0], made[other]];
  if (first === undefined || second === undefined) return made;
  return made.map((one, index) => (index === 0 ? second : index === other ? first : one));
}
