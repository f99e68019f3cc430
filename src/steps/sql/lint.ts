import type { Json } from '../../interpreter/core/model/value.ts';
import { placesIn, withSampleValues } from '../../interpreter/language/sinks/query-places.ts';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';
import { textOf } from '../../interpreter/port/text.ts';
import type { Statement } from './classify.ts';
import { classify, verbs } from './classify.ts';
import { openGrammar } from './grammar.ts';

/** With PostgreSQL's grammar at hand. */
export async function openLint(): Promise<(subject: LintSubject) => readonly Finding[]> {
  const parse = await openGrammar();
  return (subject) => lint(subject, parse);
}

function lint({ params, step }: LintSubject, parse: Awaited<ReturnType<typeof openGrammar>>): readonly Finding[] {
  const { query } = params;
  // A template in another place is a finding of the document already.
  if (typeof query !== 'string' || placesIn('postgresql', query).some(({ place }) => place.is === 'none')) return [];
  const sql = withSampleValues('postgresql', query);
  if (sql.includes('{{')) return [];
  const found = classify(sql);
  if (!found.ok) {
    const { code, offset, length, message } = found.refusal;
    const hint =
      found.refusal.hint ?? (code === 'sql/unknown-statement' ? nearest(sql.slice(offset, offset + length)) : undefined);
    return [{ code, pointer: '/query', offset, length, message, ...(hint === undefined ? {} : { hint }) }];
  }
  const read = parse(sql);
  if (!read.ok) return [{ code: 'sql/syntax', pointer: '/query', ...read.fault }];
  const { statement } = found;
  return [
    ...parameterFindings(statement, params['args']),
    ...effectFindings(statement, params, step),
    ...resultFindings(statement, params),
  ];
}

function parameterFindings(statement: Statement, args: Json | undefined): readonly Finding[] {
  const given = Array.isArray(args) ? args.length : 0;
  if (statement.unused.length > 0 && given >= statement.parameters) {
    const numbers = statement.unused.map((one) => `$${String(one)}`).join(', ');
    return [
      {
        code: 'sql/unused-argument',
        pointer: '/args',
        message: `nothing uses ${numbers}`,
        hint: 'number the parameters without gaps',
      },
    ];
  }
  if (given === statement.parameters) return [];
  const message = `the statement has ${String(statement.parameters)} parameters, args has ${String(given)}`;
  return [
    { code: 'sql/arguments', pointer: args === undefined ? '/query' : '/args', message, hint: 'one value in args for each $n' },
  ];
}

function effectFindings(statement: Statement, params: LintSubject['params'], step: LintSubject['step']): readonly Finding[] {
  const findings: Finding[] = [];
  const { unbounded } = statement;
  if (unbounded !== undefined)
    findings.push({
      code: 'sql/every-row',
      severity: 'warning',
      pointer: '/query',
      offset: unbounded.offset,
      length: unbounded.length,
      message: `${unbounded.text.toUpperCase()} without WHERE touches every row`,
      hint: 'WHERE true says that it is meant; rows: { max: n } takes back more',
    });
  if (statement.effect === 'read' && params['writes'] !== true && /^(?:write|destructive)$/.test(textOf(step['effect'])))
    findings.push({
      code: 'sql/reads-only',
      severity: 'warning',
      pointer: '/effect',
      message: 'the statement looks like a read, so it runs in a read only transaction whatever effect says',
      hint: 'writes: true, if a function in it writes',
    });
  return findings;
}

function resultFindings(statement: Statement, params: LintSubject['params']): readonly Finding[] {
  const read = statement.effect === 'read' && params['writes'] !== true;
  const wrong = (pointer: string, code: string, message: string, hint: string): readonly Finding[] => [
    { code, pointer, message, hint },
  ];
  if (read && params['rows'] !== undefined)
    return wrong('/rows', 'sql/rows-of-read', 'rows is about writes, and the statement reads', 'expect: result.rowCount == 3');
  if (read && params['transaction'] === 'none')
    return wrong('/transaction', 'sql/read-without-transaction', 'a read always runs in a transaction', 'remove transaction');
  if (params['transaction'] === 'none' && params['rows'] !== undefined)
    return wrong(
      '/rows',
      'sql/rows-without-transaction',
      'without a transaction a wrong number of rows cannot be taken back',
      'remove one of the two',
    );
  return [];
}

function nearest(word: string): string | undefined {
  const lower = word.toLowerCase();
  const near = verbs.find(
    (verb) =>
      Math.abs(verb.length - lower.length) <= 1 &&
      [...verb].filter((letter) => !lower.includes(letter)).length <= 1 &&
      verb[0] === lower[0],
  );
  return near === undefined ? undefined : `did you mean ${near.toUpperCase()}?`;
}
