/** Performs websocket steps: a reference client (catalogue 01.9, 01.17). */
import type { ExactJson } from '../../interpreter/core/model/json.ts';
import { parseExactJson } from '../../interpreter/core/model/json.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';

interface Params {
  readonly subscribe?: string;
  readonly send?: Json;
  readonly reads?: boolean;
  readonly collect: { readonly count: number; readonly timeout: number };
}
interface Target {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly seqField?: string;
  readonly prevSeqField?: string;
}

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => ({
    describe: (params) =>
      `subscribe ${(params as unknown as Params).subscribe ?? 'message'} at ${(open.target as unknown as Target).url}`,
    run: async (params, context) => collect(params as unknown as Params, open.target as unknown as Target, context),
    close: async () => undefined,
  }),
};

/** A message of the author's own may be an order. */
const acts = (params: Params): boolean => params.send !== undefined && params.reads !== true;

async function collect(params: Params, target: Target, context: RunContext): Promise<Done> {
  const { WebSocket } = await import('ws');
  const track = createTrack(target, acts(params));
  return new Promise((resolve) => {
    const socket = new WebSocket(target.url, {
      headers: { ...target.headers },
      handshakeTimeout: Math.min(10_000, params.collect.timeout),
      perMessageDeflate: false,
      rejectUnauthorized: true,
      maxPayload: 4 * 1024 * 1024,
    });
    let opened = false;
    const finish = (done: Done): void => {
      clearTimeout(timer);
      context.signal.removeEventListener('abort', stop);
      socket.terminate();
      resolve(done);
    };
    const timer = setTimeout(() => {
      finish(
        opened
          ? track.done()
          : { ok: false, wire: 'notStarted', class: 'timeout', code: 'handshake', message: `${target.url} did not open in time` },
      );
    }, params.collect.timeout);
    const stop = (): void => {
      finish({
        ok: false,
        wire: opened && acts(params) ? 'unknown' : 'refused',
        class: 'cancelled',
        code: 'stopped',
        message: 'stopped',
      });
    };
    context.signal.addEventListener('abort', stop, { once: true });
    socket.on('open', () => {
      opened = true;
      const message = params.send ?? (params.subscribe === undefined ? undefined : { subscribe: params.subscribe });
      if (acts(params)) context.sent();
      if (message !== undefined) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    });
    socket.on('message', (data) => {
      track.take(String(data));
      if (track.count() >= params.collect.count) finish(track.done());
    });
    socket.on('unexpected-response', (_request, response) => {
      const status = response.statusCode ?? 0;
      finish({
        ok: false,
        wire: 'refused',
        class: status === 401 || status === 403 ? 'auth' : 'connection',
        code: `status-${String(status)}`,
        message: `the upgrade was answered with ${String(status)}`,
      });
    });
    socket.on('close', (code) => {
      if (opened) finish(track.done(code));
    });
    socket.on('error', (problem) => {
      if (!opened)
        finish({
          ok: false,
          wire: 'notStarted',
          class: 'connection',
          code: (problem as NodeJS.ErrnoException).code ?? 'websocket',
          message: `${target.url}: ${problem.message}`,
        });
    });
  });
}

const kept = 20;

/** What is no JSON stays text; integers keep all their digits. */
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
function createTrack(
  target: Target,
  changed: boolean,
): { take(text: string): void; count(): number; done(closeCode?: number): Done } {
  const seqField = target.seqField ?? 'seq';
  const prevField = target.prevSeqField ?? 'prevSeq';
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
    done: (closeCode) => {
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
        closeCode: closeCode ?? null,
        book:
          book === undefined ? null : { seq: sequence(book.seq, '/book/seq'), levels: fieldsOf(book.message)['levels'] ?? null },
        messages: messages.map(({ json }) => json),
      };
      return { ok: true, changed, noData: count === 0, result, int64 };
    },
  };
}
