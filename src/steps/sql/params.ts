/** Parameters as the runner uses them, and what follows from the statement. */
import type { Json, Ms } from '../../interpreter/core/model/value.ts';
import type { Statement } from './classify.ts';
import { classify } from './classify.ts';
import { firstPart } from '../../interpreter/port/text.ts';

export type Returns = 'rows' | 'row' | 'value' | 'rowCount';

export interface AskedQuery {
  readonly query: string;
  readonly args: readonly Json[];
  readonly statement: Statement;
  readonly mode: 'read' | 'write' | 'bare';
  readonly returns: Returns;
  readonly limit: number;
  readonly rows?: { readonly min: number; readonly max: number };
  readonly lockTimeout?: Ms;
}

const defaultLimit = 10_000;

export type Narrowed =
  | { readonly ok: true; readonly asked: AskedQuery }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly hint?: string };

/** Refuses what lint refuses: a runbook need not have been linted. */
export function narrow(params: Json): Narrowed {
  const given = params as Readonly<Record<string, Json>>;
  const sql = String(given['query'] ?? '');
  const found = classify(sql);
  if (!found.ok) {
    const { code, message, hint } = found.refusal;
    return { ok: false, code: code.replace(/^sql\//, ''), message, ...(hint === undefined ? {} : { hint }) };
  }
  const { statement } = found;
  const writes = statement.effect !== 'read' || given['writes'] === true;
  const rows = boundsOf(given['rows']);
  return {
    ok: true,
    asked: {
      query: sql,
      args: Array.isArray(given['args']) ? (given['args'] as readonly Json[]) : [],
      statement,
      mode: !writes ? 'read' : given['transaction'] === 'none' ? 'bare' : 'write',
      returns: (given['returns'] as Returns | undefined) ?? (statement.effect === 'read' ? 'rows' : 'rowCount'),
      limit: typeof given['limit'] === 'number' ? given['limit'] : defaultLimit,
      ...(rows === undefined ? {} : { rows }),
      ...(typeof given['lockTimeout'] === 'number' ? { lockTimeout: given['lockTimeout'] } : {}),
    },
  };
}

function boundsOf(given: Json | undefined): AskedQuery['rows'] {
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'object') return { min: Number(given), max: Number(given) };
  const { min, max } = given as { readonly min?: number; readonly max?: number };
  return { min: min ?? 0, max: max ?? Number.MAX_SAFE_INTEGER };
}

/** One line, cut to what people read. */
export const shortSql = (sql: string): string => {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return firstPart(line, 299);
};

export function sqlWords(asked: { readonly query: string; readonly args: readonly Json[] }): string {
  return `${shortSql(asked.query)}${asked.args.length === 0 ? '' : ` with ${JSON.stringify(asked.args)}`}`;
}
