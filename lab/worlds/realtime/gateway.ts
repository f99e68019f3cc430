/** The WebSocket gateway: reads the log as group `ws-gateway` and sends each quote to whoever has subscribed to its symbol. */
import type { Admin, Consumer, Kafka } from 'kafkajs';
import type { Quote } from './book.ts';
import { damaged, parseQuote } from './book.ts';
import type { History } from './history.ts';
import type { GapRatio } from './ratio.ts';
import { createGapRatio } from './ratio.ts';
import { faultyVenue, gatewayGroup, staleBy, staleFrom, topic, venues } from './settings.ts';
import { committedOffset, consumerOf, endOffset, moveCommitted } from './topic.ts';

export interface Frame {
  readonly channel: string;
  readonly symbol: string;
  readonly seq: number;
  readonly prevSeq: number | null;
  readonly levels: Quote['levels'];
}

export interface Gateway {
  /** Whether its position in the log is one it never catches up from. */
  stale(): boolean;
  /** Stops the consumer, moves the group's committed offset some way back, starts it from there. */
  fallBehind(): Promise<void>;
  /** Stops the consumer, moves the group's committed offset to the end of the log, starts it from there. */
  sync(): Promise<{ readonly from: number; readonly to: number }>;
  metrics(): string;
  ratios(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export interface GatewayParts {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly history: History;
  /** Whether the flag lets it send. */
  readonly broadcasting: () => boolean;
  readonly cacheIsGood: () => boolean;
  readonly send: (frame: Frame) => void;
  readonly warn: (line: string) => void;
}

interface Waiting {
  readonly offset: number;
  readonly quote: Quote;
}

/** Everything that a restart of the gateway forgets. */
interface Session {
  readonly consumer: Consumer;
  /** Records by which it stays behind the log; 0: it follows. */
  readonly behind: number;
  queue: Waiting[];
  received: number;
  delivered: number;
  committed: number;
  readonly lastSeen: Map<string, number>;
  readonly lastSent: Map<string, number>;
  readonly seen: Map<string, number>;
}

const deliverEvery = 10;
const commitEvery = 500;
const dropEach = 10;

export async function startGateway(parts: GatewayParts): Promise<Gateway> {
  const { kafka, admin } = parts;
  const venueNames = [...new Set(Object.values(venues))];
  const ratios: Readonly<Record<string, GapRatio>> = Object.fromEntries(venueNames.map((venue) => [venue, createGapRatio()]));
  const totals = new Map(venueNames.map((venue) => [venue, 0]));
  let session = await join(parts);

  const deliver = ({ offset, quote }: Waiting): void => {
    const { symbol, venue } = quote;
    const count = (session.seen.get(symbol) ?? 0) + 1;
    session.seen.set(symbol, count);
    const prevSeq = session.lastSeen.get(symbol) ?? parts.history.at(symbol, offset)?.prevSeq ?? null;
    session.lastSeen.set(symbol, offset);
    session.delivered = offset;
    const faulty = venue === faultyVenue && (session.behind > 0 || !parts.cacheIsGood());
    if (faulty && count % dropEach === 0) return;
    const last = session.lastSent.get(symbol);
    const gap = last !== undefined && prevSeq !== last;
    if (gap) {
      parts.warn(
        `sequence_gap_detected symbol=${symbol} venue=${venue} last=${String(last)} prev=${String(prevSeq)} seq=${String(offset)}`,
      );
    }
    session.lastSent.set(symbol, offset);
    ratios[venue]?.sent(performance.now(), gap);
    totals.set(venue, (totals.get(venue) ?? 0) + 1);
    parts.send({
      channel: `orderbook.${symbol}`,
      symbol,
      seq: offset,
      prevSeq,
      levels: faulty ? damaged(quote.levels) : quote.levels,
    });
  };
  const deliverTimer = setInterval(() => {
    if (!parts.broadcasting()) return;
    const until = session.behind === 0 ? Infinity : parts.history.head() - session.behind;
    const due = session.queue.findIndex((one) => one.offset > until);
    session.queue.splice(0, due === -1 ? session.queue.length : due).forEach(deliver);
  }, deliverEvery);
  const commitTimer = setInterval(() => {
    void commit(session);
  }, commitEvery);

  const restartAt = async (position: (end: number) => number): Promise<{ readonly from: number; readonly to: number }> => {
    const from = await committedOffset(admin, gatewayGroup);
    await session.consumer.disconnect();
    session.queue = [];
    const to = position(await endOffset(admin));
    await moveCommitted(kafka, admin, gatewayGroup, to);
    session = await join(parts);
    for (const ratio of Object.values(ratios)) ratio.clear();
    return { from, to };
  };
  const values = (): Readonly<Record<string, number>> =>
    Object.fromEntries(venueNames.map((venue) => [venue, ratios[venue]?.value(performance.now()) ?? Number.NaN]));
  return {
    stale: () => session.behind > 0,
    fallBehind: async () => {
      await restartAt((end) => Math.max(0, end - staleBy));
    },
    sync: () => restartAt((end) => end),
    ratios: values,
    metrics: () =>
      [
        '# HELP ws_sequence_gap_ratio Share of the deltas of the last 10 s that have a gap before them.',
        '# TYPE ws_sequence_gap_ratio gauge',
        ...Object.entries(values()).map(([venue, value]) => `ws_sequence_gap_ratio{venue="${venue}"} ${String(value)}`),
        '# HELP ws_messages_total Deltas sent.',
        '# TYPE ws_messages_total counter',
        ...[...totals].map(([venue, total]) => `ws_messages_total{venue="${venue}"} ${String(total)}`),
        '',
      ].join('\n'),
    close: async () => {
      clearInterval(deliverTimer);
      clearInterval(commitTimer);
      await session.consumer.disconnect();
    },
  };
}

/** Begins at the committed offset. Far behind the end, it reads no faster than the feed writes and commits nothing: it stays behind. */
async function join({ kafka, admin }: GatewayParts): Promise<Session> {
  const committed = await committedOffset(admin, gatewayGroup);
  const lag = committed < 0 ? 0 : (await endOffset(admin)) - committed;
  const consumer = consumerOf(kafka, gatewayGroup);
  const session: Session = {
    consumer,
    behind: lag > staleFrom ? lag : 0,
    queue: [],
    received: -1,
    delivered: -1,
    committed: -1,
    lastSeen: new Map(),
    lastSent: new Map(),
    seen: new Map(),
  };
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => {
      resolve();
    });
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: false });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      for (const message of batch.messages) {
        const offset = Number(message.offset);
        const quote = parseQuote(message.value);
        // a consumer that had to rejoin reads again what it had not committed
        if (quote !== undefined && offset > session.received) session.queue.push({ offset, quote });
        session.received = Math.max(session.received, offset);
      }
    },
  });
  await joined;
  return session;
}

async function commit(session: Session): Promise<void> {
  if (session.behind > 0 || session.delivered < 0 || session.delivered === session.committed) return;
  const { delivered } = session;
  try {
    await session.consumer.commitOffsets([{ topic, partition: 0, offset: String(delivered + 1) }]);
    session.committed = delivered;
  } catch {
    // the broker is away or the group is being rebalanced: the next turn commits
  }
}
