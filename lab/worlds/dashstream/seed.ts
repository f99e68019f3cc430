/** What a healthy DLQ and Jaeger hold: a few records of the last hour of known content, one of them plain text, and the traces that they name. */
import type { Message } from 'kafkajs';
import type { Told } from './jaeger.ts';
import type { ErrorType } from './message.ts';

interface Known {
  readonly type: ErrorType;
  readonly thread: string;
  /** Spans of its trace that have an error. */
  readonly spans: number;
}

const known: readonly Known[] = [
  { type: 'protobuf_decode', thread: 'thread-1', spans: 3 },
  { type: 'protobuf_decode', thread: 'thread-2', spans: 1 },
  { type: 'schema_mismatch', thread: 'thread-1', spans: 1 },
  { type: 'oversized', thread: 'thread-3', spans: 1 },
  { type: 'protobuf_decode', thread: 'thread-1', spans: 1 },
];
const minute = 60_000;

const traceId = (index: number): string => `5eed${String(index).padStart(28, '0')}`;
const timeOf = (index: number, now: number): number => now - (known.length - index) * minute;

export function seededRecords(now: number): readonly Message[] {
  const records = known.map(({ type, thread }, index) => ({
    key: thread,
    timestamp: String(timeOf(index, now)),
    value: JSON.stringify({
      error_type: type,
      error: 'of an earlier day',
      partition: 0,
      offset: index,
      thread_id: thread,
      trace_id: traceId(index),
      timestamp: new Date(timeOf(index, now)).toISOString(),
      original_message: { thread_id: thread, message_id: `seed-${String(index)}` },
    }),
  }));
  return [...records, { key: null, value: 'test message' }];
}

export const seededSpans = (now: number): readonly Told[] =>
  known.flatMap(({ type, spans }, index) =>
    Array.from({ length: spans }, (_, span) => ({
      service: 'websocket-server',
      traceId: traceId(index),
      operation: span === 0 ? 'decode' : `decode.retry-${String(span)}`,
      startTime: (timeOf(index, now) + span) * 1000,
      duration: 900,
      tags: [
        { key: 'error', value: 'true' },
        { key: 'error_type', value: type },
      ],
    })),
  );
