/** What is in the main topic. JSON stands for protobuf: to decode is to parse it and to look at its fields. */

export interface Message {
  readonly message_id: string;
  /** Of the producer's process: numbers begin anew with each. */
  readonly session: string;
  readonly thread_id: string;
  /** Consecutive in a thread of a session; without it: a checkpoint. */
  readonly sequence?: number;
  readonly schema_version: number;
  /** Milliseconds. */
  readonly timestamp: number;
  readonly tenant_id: string;
  readonly payload: unknown;
}

export type ErrorType = 'protobuf_decode' | 'invalid_message' | 'schema_mismatch' | 'oversized';

export type Decoded =
  | { readonly is: 'message'; readonly message: Message }
  | { readonly is: 'error'; readonly type: ErrorType; readonly error: string; readonly original: unknown };

export function decode(value: Buffer, maxBytes: number): Decoded {
  if (value.length > maxBytes) {
    const error = `message of ${String(value.length)} bytes exceeds max_message_bytes ${String(maxBytes)}`;
    return { is: 'error', type: 'oversized', error, original: `${value.toString('utf8', 0, 80)}...` };
  }
  const text = value.toString();
  const parsed = parsedOf(text);
  if (parsed === undefined)
    return { is: 'error', type: 'protobuf_decode', error: 'invalid wire type', original: text.slice(0, 200) };
  const lacking = ['message_id', 'session', 'thread_id', 'schema_version', 'timestamp'].find((field) => !(field in parsed));
  if (lacking !== undefined) return { is: 'error', type: 'invalid_message', error: `missing field ${lacking}`, original: parsed };
  return { is: 'message', message: parsed as unknown as Message };
}

function parsedOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** A record that no consumer gets past. */
export const poison = Buffer.from('\u0000poison: the checksum of this batch is wrong');
export const isPoison = (value: Buffer): boolean => value.equals(poison);
