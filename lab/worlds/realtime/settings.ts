/** Names and figures that all services of the market share. */

export const topic = 'orderbooks';
export const gatewayGroup = 'ws-gateway';
export const cacheGroup = 'orderbook-cache';

/** Symbol -> venue that quotes it. */
export const venues: Readonly<Record<string, string>> = { 'BTC-USD': 'alpha', 'ETH-USD': 'alpha', 'SOL-USD': 'beta' };
export const symbols: readonly string[] = Object.keys(venues);
/** The venue whose deltas get lost in the desync. */
export const faultyVenue = 'alpha';

/** One record per symbol at each tick, milliseconds. */
export const feedEvery = 40;
/** Records written at the start, so that an old position exists to go back to. */
export const seedRecords = 2400;
/** How far back, in records, the fault moves the gateway's committed offset: some twenty seconds of traffic. */
export const staleBy = 1500;
/** A committed offset further behind than this at the start of the gateway leaves it behind for good. */
export const staleFrom = 600;

export const broadcastFlag = 'ws.broadcast.enabled';

/** The four remedies of ws-desync, by the step of the runbook. */
export const remedies = ['pause', 'rebuildCache', 'syncOffsets', 'resume'] as const;
export type Remedy = (typeof remedies)[number];
