/** Names and figures that all parts of this world share. */

/** The topics that the service reads; each has one partition while nothing is changed. */
export const topics = ['lines', 'order_book', 'analytics'] as const;

/** One port for each replica that there can be. */
export const replicaNames = ['replica-0', 'replica-1', 'replica-2', 'replica-3'] as const;

/** How many times faster than in production times of the service pass: a shutdown timeout of 10 s is one second. */
export const timeScale = 10;

/** What clients sign their tokens with, what comes after it, and what nobody should have. */
export const secrets = {
  current: 'lab-current-secret-0123456789abcdef',
  next: 'lab-next-secret-fedcba9876543210',
  wrong: 'lab-wrong-secret-00112233445566',
} as const;

/** Records that come at once, in milliseconds between two such bursts: 80 lines a second. */
export const burst = { records: 40, everyMs: 500 } as const;

/** Messages a second that the network of one client takes: a burst takes a fifth of a second. */
export const linkRate = 200;

/**
 * Messages a second that an overloaded replica sends to all of its clients: 55 for each of twelve, 110 for each of six. It is enough for eight,
 * because clients do not share themselves out evenly and whoever looks at the stream is one more.
 */
export const smallCapacity = 660;

/** Clients that the overload brings. */
export const crowdSize = 12;

/** Messages that may wait for one of them: two bursts at once, as a busy machine delivers them, cut off nobody. */
export const crowdBuffer = 96;

/** How long the stuck handler needs at shutdown, in seconds of production. */
export const stuckSeconds = 20;
