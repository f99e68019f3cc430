/** What a client notices in the messages of a stream: how many, gaps in their sequence, the last book. */
import type { ExactJson } from '../../interpreter/core/model/json.ts';
import { parseExactJson } from '../../interpreter/core/model/json.ts';
import type { Json } from '../../interpreter/core/model/value.ts';

export interface Fields {
  readonly seqField?: string;
  readonly prevSeqField?: string;
}

export interface Noticed {
  readonly result: Readonly<Record<string, Json>>;
  readonly int64: readonly string[];
}

export interface Track {
  take(text: string): void;
  count(): number;
  noticed(): Noticed;
}

const kept = 20;

/** What is not JSON stays text; integers keep all their digits. */
function parsed(text: string): ExactJson {
  try {
    return parseExactJson(text);
  } catch {
    return { json: text, int64: [] };
  }
}

const fieldsOf = ({ json }: ExactJson): Readonly<Record<string, Json>> =>
  json !== null && typeof json === 'object' && !Array.isArray(json) ? (json as Readonly<Record<string, Json>>) : {};

/** A sequence number, exact: feeds number their messages by nanoseconds, beyond what a double tells apart. */
function sequenceIn(message: ExactJson, field: string): bigint | undefined {
  const value = fieldsOf(message)[field];
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return message.int64.includes(`/${field}`) ? BigInt(String(value)) : undefined;
}

/** A gap is a message whose predecessor is not the last one seen. */
export function createTrack({ seqField = 'seq', prevSeqField: prevField = 'prevSeq' }: Fields): Track {
  const messages: ExactJson[] = [];
  let count = 0;
  let gaps = 0;
  let first: bigint | undefined;
  let last: bigint | undefined;
  let book: { readonly seq: bigint; readonly message: ExactJson } | undefined;
  return {
    take: (text) => {
      const message = parsed(text);
      messages.push(message);
      if (messages.length > kept) messages.shift();
      const seq = sequenceIn(message, seqField);
      if (seq === undefined) return;
      count += 1;
      const previous = sequenceIn(message, prevField);
      if (last !== undefined && (previous === undefined ? seq !== last + 1n : previous !== last)) gaps += 1;
      first ??= seq;
      last = seq;
      if (fieldsOf(message)['levels'] !== undefined) book = { seq, message };
    },
    count: () => count,
    noticed: () => {
      const int64 = messages.flatMap((one, index) => one.int64.map((pointer) => `/messages/${String(index)}${pointer}`));
      const sequence = (seq: bigint | undefined, pointer: string): Json => {
        if (seq === undefined) return null;
        if (Number.isSafeInteger(Number(seq))) return Number(seq);
        int64.push(pointer);
        return String(seq);
      };
      const levels = book?.message.int64.filter((pointer) => pointer.startsWith('/levels')) ?? [];
      int64.push(...levels.map((pointer) => `/book${pointer}`));
      const result = {
        count,
        gaps,
        firstSeq: sequence(first, '/firstSeq'),
        lastSeq: sequence(last, '/lastSeq'),
        book:
          book === undefined ? null : { seq: sequence(book.seq, '/book/seq'), levels: fieldsOf(book.message)['levels'] ?? null },
        messages: messages.map(({ json }) => json),
      };
      return { result, int64 };
    },
  };
}
