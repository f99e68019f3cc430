/** What a write would do: the server's plan of it, and for changes of rows how many, counted in a transaction that is taken back. */
import type { Job, PostgresClient } from '../../clients/postgres/client.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { RunContext } from '../../interpreter/port/step-type.ts';
import type { AskedQuery } from './params.ts';
import { sqlWords } from './params.ts';
import { rowCountOf, unwanted } from './result.ts';

/** A preview must not stand in the way of others for long. */
const lockTimeoutMs = 1000;
const explainable = /^(?:select|values|table|with|insert|update|delete|merge)$/;
const shownNodes = 4;

/** Throws with the server's words when the statement would be refused. */
export async function preview(
  client: PostgresClient,
  asked: AskedQuery,
  context: RunContext,
): Promise<{ diff: string; data: Json }> {
  const lockTimeout = Math.min(asked.lockTimeout ?? lockTimeoutMs, lockTimeoutMs);
  const control = { signal: context.signal, deadline: context.deadline, lockTimeout, sent: () => undefined };
  const perform = async (job: Pick<Job, 'text' | 'mode'> & Partial<Pick<Job, 'args'>>) => {
    const all: Job = { args: asked.args, ...job, rehearse: true, clean: true, limits: { rows: asked.limit, bytes: 1024 * 1024 } };
    const found = await client.perform(all, control);
    if (!found.ok) throw new Error(`${found.message}${found.hint === undefined ? '' : ` (${found.hint})`}`);
    return found.answer;
  };
  if (!explainable.test(asked.statement.verb))
    return { diff: `would perform ${sqlWords(asked)} (cannot be tried without doing it)`, data: null };
  const explained = await perform({ text: `explain ${asked.query}`, mode: 'read' });
  const plan = explained.rows.map((row) => row[0] ?? '');
  const nodes = plan
    .filter((line, i) => i === 0 || line.includes('->'))
    .map((line) => line.replace(/^\s*(?:->)?\s*/, '').replace(/\s+\(cost=.*$/, ''));
  const path = nodes.slice(0, shownNodes).join(' / ');
  if (!asked.statement.plain) return { diff: `would perform ${sqlWords(asked)} (${path})`, data: { plan } };
  const lasting = await lastingEffect(asked, perform);
  if (lasting !== undefined) return { diff: `would perform ${sqlWords(asked)} (${path}; not tried: ${lasting})`, data: { plan } };
  const tried = await perform({ text: asked.query, mode: 'write' });
  const rows = rowCountOf(tried);
  const wrong = tried.over === undefined ? unwanted({ ...asked, returns: 'rowCount' }, tried) : undefined;
  if (wrong !== undefined) throw new Error(`would touch ${wrong.message}`);
  const count = tried.tag === undefined ? `more than ${String(asked.limit)}` : String(rows);
  const verb = asked.statement.hidden === undefined ? asked.statement.verb.toUpperCase() : 'the statement';
  return { diff: `${verb} would touch ${count} ${count === '1' ? 'row' : 'rows'} (${path})`, data: { rows, plan } };
}

type Perform = (job: Pick<Job, 'text' | 'mode'> & Partial<Pick<Job, 'args'>>) => Promise<{
  readonly rows: readonly (readonly (string | null)[])[];
}>;

const changedTable = /^\s*(?:->\s*)?(?:Insert|Update|Delete|Merge) on ((?:"(?:[^"]|"")+"|[^\s".]+)\.(?:"(?:[^"]|"")+"|[^\s".]+))/;

/** What would stay although the transaction is taken back: a sequence keeps what it gave, and a trigger may do anything. */
async function lastingEffect(asked: AskedQuery, perform: Perform): Promise<string | undefined> {
  const lines = (await perform({ text: `explain verbose ${asked.query}`, mode: 'read' })).rows.map((row) => row[0] ?? '');
  if (lines.some((line) => /\b(?:nextval|setval)\(/.test(line))) return 'a sequence would keep what it gave';
  const tables = [...new Set(lines.flatMap((line) => changedTable.exec(line)?.[1] ?? []))];
  if (tables.length === 0) return undefined;
  const text = `select count(*) from pg_trigger where not tgisinternal and tgenabled <> 'D' and tgrelid = any ($1::text[]::regclass[])`;
  const [row] = (await perform({ text, mode: 'read', args: [tables] })).rows;
  return row?.[0] === '0' ? undefined : 'a trigger may do more than can be taken back';
}
