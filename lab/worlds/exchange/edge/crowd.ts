/**
 * The clients of the edge beyond those that really connect: a crowd that the lab switches on, with links too slow for the full stream. It is
 * computed, not connected: a hundred slow sockets would take a processor for themselves. Each remedy takes away its own symptom.
 */

export interface Load {
  /** Messages that wait in the buffers of all clients. */
  readonly queue: number;
  /** Seconds that a message waits before it is sent. */
  readonly publishLag: number;
  /** Share of the processors of this replica. */
  readonly cpu: number;
  /** Clients a second that are closed with SLOW_CONSUMER. */
  readonly closes: number;
  readonly clients: number;
}

export interface Remedies {
  readonly isConflated: boolean;
  readonly depth: number;
  /** Subscriptions a second that are taken. */
  readonly subscribeRate: number;
  readonly replicas: number;
}

const quiet: Load = { queue: 0, publishLag: 0.004, cpu: 0.12, closes: 0, clients: 40 };
const crowd = 240;
/** What the crowd needs to be served. */
const needed = { depth: 20, subscribeRate: 10, replicas: 3 } as const;

export function loadOf(isCrowded: boolean, { isConflated, depth, subscribeRate, replicas }: Remedies): Load {
  if (!isCrowded) return quiet;
  const isSpread = replicas >= needed.replicas;
  return {
    queue: isConflated ? 120 : 4800,
    publishLag: depth <= needed.depth ? 0.08 : 2.4,
    cpu: subscribeRate <= needed.subscribeRate ? 0.45 : 0.97,
    closes: isSpread ? 0 : 6,
    clients: Math.round(crowd / replicas),
  };
}
