/** From the server's rows to a result: objects by column name, 64-bit integers marked where they are. */
import type { QueryAnswer, Refused } from '../../clients/postgres/client.ts';
import type { Column, Executed } from '../../clients/postgres/statement.ts';
import { decode, typeName } from '../../clients/postgres/values.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import type { AskedQuery } from './params.ts';

/** Known before anything runs: a result that cannot be told as asked. */
export function misfit(asked: AskedQuery, columns: readonly Column[]): Refused | undefined {
  const names = columns.map((one) => one.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  const refused = (code: string, message: string, hint: string): Refused => ({ class: 'validation', code, message, hint });
  if (asked.returns === 'rowCount') return undefined;
  if (columns.length === 0)
    return refused('no-columns', 'the statement gives no rows', 'leave out returns:, or add RETURNING to it');
  if (asked.returns === 'value' && columns.length !== 1)
    return refused('not-one-column', `returns: value needs one column, these are ${names.join(', ')}`, 'returns: row');
  if (twice !== undefined)
    return refused('same-name', `two columns are named "${twice}"`, `give one another name: AS ${twice}_2`);
  return undefined;
}

/** Known before it is committed. */
export function unwanted(asked: AskedQuery, done: Executed): Refused | undefined {
  const refused = (code: string, message: string, hint?: string): Refused => ({
    class: 'validation',
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
  });
  const single = asked.returns === 'row' || asked.returns === 'value';
  if (done.over === 'rows' && single)
    return refused(
      'more-than-one-row',
      `returns: ${asked.returns} needs one row, there are more`,
      'narrow it with WHERE or LIMIT 1',
    );
  if (done.over === 'rows')
    return refused('too-many-rows', `more than ${String(asked.limit)} rows`, 'narrow it with WHERE or LIMIT, or raise limit');
  if (done.over === 'bytes') return refused('too-large', 'the rows are too large for a result', 'select fewer columns or rows');
  if (single && done.rows.length === 0 && asked.mode !== 'read')
    return refused('no-row', `returns: ${asked.returns} needs one row, there is none`);
  const count = rowCountOf(done);
  if (asked.rows === undefined || (count >= asked.rows.min && count <= asked.rows.max)) return undefined;
  return refused(
    'row-count',
    `${String(count)} rows instead of ${boundsWords(asked.rows)}`,
    asked.mode === 'bare' ? 'there was no transaction to take it back' : 'it was taken back',
  );
}

const boundsWords = ({ min, max }: NonNullable<AskedQuery['rows']>): string =>
  min === max ? String(min) : max === Number.MAX_SAFE_INTEGER ? `${String(min)} or more` : `${String(min)} to ${String(max)}`;

export const limitOf = (asked: AskedQuery): number => (asked.returns === 'row' || asked.returns === 'value' ? 1 : asked.limit);

/** The server's own count; statements that touch no rows have none. */
export const rowCountOf = (done: Executed): number => Number(/(\d+)$/.exec(done.tag ?? '')?.[1] ?? 0);

export function doneOf(asked: AskedQuery, answer: QueryAnswer): Extract<Done, { ok: true }> {
  const { columns } = answer;
  const int64: string[] = [];
  const cell = (text: string | null, column: Column, pointer: string): Json => {
    const found = decode(column.type, text, answer.parseArray);
    int64.push(...found.int64.map((inside) => `${pointer}${inside}`));
    return found.json;
  };
  const rowAt = (cells: readonly (string | null)[], pointer: string): Readonly<Record<string, Json>> =>
    Object.fromEntries(
      columns.map((column, i) => [column.name, cell(cells[i] ?? null, column, `${pointer}/${escaped(column.name)}`)]),
    );
  const [first] = answer.rows;
  const told = (): Readonly<Record<string, Json>> => {
    switch (asked.returns) {
      case 'rows':
        return { rows: answer.rows.map((cells, i) => rowAt(cells, `/rows/${String(i)}`)) };
      case 'row':
        return { row: first === undefined ? null : rowAt(first, '/row') };
      case 'value':
        return { value: columns[0] === undefined ? null : cell(first?.[0] ?? null, columns[0], '/value') };
      case 'rowCount':
        return {};
    }
  };
  const result: Json = {
    ...told(),
    rowCount: rowCountOf(answer),
    command: (answer.tag ?? '').replace(/[ \d]+$/, ''),
    columns: columns.map((one) => ({ name: one.name, type: typeName(one.type) })),
  };
  const empty = asked.returns === 'value' ? (first?.[0] ?? null) === null : answer.rows.length === 0;
  return {
    ok: true,
    changed: changedBy(asked, answer),
    result,
    ...(int64.length === 0 ? {} : { int64 }),
    ...(asked.mode === 'read' && empty ? { noData: true } : {}),
  };
}

function changedBy(asked: AskedQuery, answer: QueryAnswer): boolean | 'unknown' {
  if (asked.mode === 'read') return false;
  if (asked.statement.plain && asked.statement.hidden === undefined) return rowCountOf(answer) > 0;
  return /^(?:select|values|table|with|explain|do|call)$/.test(asked.statement.verb) ? 'unknown' : true;
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
