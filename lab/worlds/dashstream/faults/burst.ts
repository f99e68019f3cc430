/** Many messages at once. */
import { randomUUID } from 'node:crypto';
import type { Message } from 'kafkajs';

/** All alike and without numbers, so that nothing is missing when the consumer reads them or passes over them. */
export function burst(count: number): readonly Message[] {
  const message = { message_id: randomUUID(), session: '', thread_id: 'thread-burst', schema_version: 3, timestamp: Date.now() };
  return Array<Message>(count).fill({ value: JSON.stringify(message) });
}
