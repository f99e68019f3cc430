/** Many messages at once. */
import { randomUUID } from 'node:crypto';
import type { Message } from 'kafkajs';

/** Of a thread of their own, so that no number is missing when the consumer reads them or passes over them. */
export function burst(count: number): readonly Message[] {
  const session = randomUUID();
  const timestamp = Date.now();
  const of = { session, thread_id: 'thread-burst', schema_version: 3, timestamp, tenant_id: 'tenant-8' };
  return Array.from({ length: count }, (_, sequence) => ({
    key: of.thread_id,
    value: JSON.stringify({ message_id: String(sequence), sequence, ...of, payload: {} }),
  }));
}
