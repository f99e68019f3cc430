/** What the exchange sends, and how the databases keep it. Times are microseconds since the epoch. */

export const tickers = ['FED-25DEC', 'CPI-25NOV', 'NFP-25DEC', 'BTC-100K', 'SNOW-NYC'] as const;

export interface Trade {
  readonly type: 'trade';
  readonly id: string;
  readonly ticker: string;
  /** Cents. */
  readonly price: number;
  readonly count: number;
  readonly exchangeTs: number;
}

export interface Delta {
  readonly type: 'delta';
  readonly ticker: string;
  /** Of the ticker; each delta has the next one. */
  readonly seq: number;
}

export type Message = Trade | Delta;

export const micros = (): number => Date.now() * 1000;

export const tables = `
  create table trades (trade_id text primary key, ticker text not null, price int not null, count int not null,
    exchange_ts bigint not null, received_at bigint not null);
  create index on trades (received_at);
  create index on trades (exchange_ts);
  create table markets (ticker text primary key, market_status text not null);
  create table orderbook_snapshots (ticker text not null, source text not null, snapshot_ts bigint not null,
    primary key (ticker, source, snapshot_ts));
  insert into markets select ticker, 'open' from unnest(array[${tickers.map((ticker) => `'${ticker}'`).join(', ')}]) as ticker;
`;
