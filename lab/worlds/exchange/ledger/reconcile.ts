/** Compares the engine with the ledger: positions, roots, invariants, and how old the oldest trade is that is not settled. */
import type { Pool } from 'pg';
import { engines, symbols } from '../names.ts';

interface EngineState {
  readonly role: string;
  readonly holdsLease: boolean;
  readonly symbols: Readonly<Record<string, number>>;
}
interface Root {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
  readonly root: string;
}

/** State of the node that holds the lease; undefined: none answers. */
export async function leaderOf(
  urls: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly state: EngineState } | undefined> {
  for (const node of engines) {
    const url = urls[node] ?? '';
    try {
      const state = (await (await fetch(`${url}/state`, { signal: AbortSignal.timeout(3000) })).json()) as EngineState;
      if (state.role === 'leader' && state.holdsLease) return { url, state };
    } catch {
      // the other one may answer
    }
  }
  return undefined;
}

export interface Position {
  readonly symbol: string;
  readonly engineSeq: number;
  readonly ledgerSeq: number;
}

/** Writes down what both sides have; `ledgerSeq` counts up to the first gap. */
export async function recordPositions(ledger: Pool, engine: Readonly<Record<string, number>>): Promise<readonly Position[]> {
  const { rows } = await ledger.query<{ symbol: string; ledger_seq: string | null }>(
    'select symbol, ledger_seq from ledger_positions',
  );
  const posted = new Map(rows.map(({ symbol, ledger_seq }) => [symbol, Number(ledger_seq ?? 0)]));
  const positions = symbols.map((symbol) => ({ symbol, engineSeq: engine[symbol] ?? 0, ledgerSeq: posted.get(symbol) ?? 0 }));
  await ledger.query(
    `insert into settlement_state (symbol, engine_seq, ledger_seq, updated_at)
     select symbol, "engineSeq", "ledgerSeq", now() from json_to_recordset($1) as r(symbol text, "engineSeq" bigint, "ledgerSeq" bigint)
     on conflict (symbol) do update set engine_seq = excluded.engine_seq, ledger_seq = excluded.ledger_seq, updated_at = now()`,
    [JSON.stringify(positions)],
  );
  return positions;
}

export async function copyRoots(ledger: Pool, url: string): Promise<void> {
  const { rows } = await ledger.query<{ symbol: string; known: string }>(
    'select symbol, max(to_seq) as known from integrity_roots group by symbol',
  );
  const known = new URLSearchParams(rows.map(({ symbol, known: to }): [string, string] => [symbol, to]));
  const reply = await fetch(`${url}/roots?${known.toString()}`, { signal: AbortSignal.timeout(3000) });
  const roots = (await reply.json()) as readonly Root[];
  if (roots.length === 0) return;
  await ledger.query(
    `insert into integrity_roots (symbol, from_seq, to_seq, root)
     select symbol, "from", "to", root from json_to_recordset($1) as r(symbol text, "from" bigint, "to" bigint, root text) on conflict do nothing`,
    [JSON.stringify(roots)],
  );
}

export async function violations(ledger: Pool): Promise<number> {
  const { rows } = await ledger.query<{ count: number }>('select count(*)::int as count from invariant_violations');
  return rows[0]?.count ?? 0;
}

/** How old the oldest unsettled trade is, in seconds: from when its number was first seen at the engine. */
export function createAges(): (positions: readonly Position[], now: number) => number {
  const seen = new Map<string, { readonly seq: number; readonly at: number }[]>();
  return (positions, now) => {
    const ages = positions.map(({ symbol, engineSeq, ledgerSeq }) => {
      const points = (seen.get(symbol) ?? []).filter(({ seq }) => seq > ledgerSeq);
      if (engineSeq > (points.at(-1)?.seq ?? ledgerSeq)) points.push({ seq: engineSeq, at: now });
      seen.set(symbol, points);
      return points[0] === undefined ? 0 : (now - points[0].at) / 1000;
    });
    return Math.max(0, ...ages);
  };
}
