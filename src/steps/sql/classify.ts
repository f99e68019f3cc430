/** What a statement does, from its own text: read, write or destructive. In doubt it is a write; the server is the last judge. */
import type { Effect } from '../../interpreter/core/model/value.ts';
import { acts } from './functions.ts';
import type { SyntaxProblem, Token } from './tokens.ts';
import { tokenize } from './tokens.ts';

export interface Statement {
  readonly effect: Effect;
  /** The leading keyword, lower case; behind WITH that of the main statement. */
  readonly verb: string;
  /** What makes it more than its verb says, in words with the place. */
  readonly hidden?: { readonly words: string; readonly offset: number; readonly length: number };
  /** It inserts, updates, deletes or merges and does nothing else: it can be tried and taken back. */
  readonly plain: boolean;
  /** UPDATE and DELETE without WHERE: every row. */
  readonly unbounded?: Token;
  /** Highest `$n`. */
  readonly parameters: number;
  /** Numbers below the highest that no `$n` has. */
  readonly unused: readonly number[];
}

export type SqlRefusal = SyntaxProblem & { readonly code: string; readonly hint?: string };
export type Classified =
  { readonly ok: true; readonly statement: Statement } | { readonly ok: false; readonly refusal: SqlRefusal };

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const reads = words('select values table show explain with');
const changes = words('insert update delete merge');
const others = words(
  'create alter drop truncate grant revoke comment reindex cluster vacuum analyze analyse refresh call do copy notify security import reassign checkpoint',
);
const destroys = words('drop truncate reassign');
const session = words(
  'begin start commit end rollback abort savepoint release prepare execute deallocate declare fetch move close listen unlisten load set reset discard lock',
);
export const verbs: readonly string[] = [...reads, ...changes, ...others];

export function classify(text: string): Classified {
  const cut = tokenize(text);
  if (!cut.ok) return refused('sql/syntax', cut.problem.message, cut.problem);
  const tokens = withoutLastSemicolons(cut.tokens);
  const first = tokens.find((one) => !(one.is === 'sign' && one.text === '('));
  if (first === undefined) return refused('sql/empty', 'there is no statement', { offset: 0, length: Math.max(1, text.length) });
  const second = severalAt(tokens);
  if (second !== undefined)
    return refused('sql/several', 'several statements in one step', second, 'one step each; or one statement WITH the others');
  const verb = first.is === 'word' ? first.text : '';
  if (session.has(verb))
    return refused(
      'sql/session',
      `${verb.toUpperCase()} is about the session, which ends with the step or belongs to the engine`,
      first,
      'a step is one transaction of one statement; lockTimeout and transaction are keys of the step',
    );
  if (!reads.has(verb) && !changes.has(verb) && !others.has(verb))
    return refused(
      'sql/unknown-statement',
      `"${text.slice(first.offset, first.offset + first.length)}" begins no statement`,
      first,
    );
  if (
    verb === 'copy' &&
    tokens.some((one, i) => /^(?:stdin|stdout)$/.test(one.text) && /^(?:from|to)$/.test(wordOf(tokens[i - 1])))
  )
    return refused('sql/copy', 'COPY from or to the client: a step has no stream of rows', first, 'INSERT with args, or SELECT');
  return { ok: true, statement: { ...judged(tokens, first), ...parametersOf(tokens) } };
}

type Judged = Omit<Statement, 'parameters' | 'unused'>;

function judged(tokens: readonly Token[], first: Token): Judged {
  const verb = first.text;
  if (verb === 'explain') return explained(tokens, first);
  if (destroys.has(verb) || (verb === 'alter' && isDestructiveAlter(tokens)))
    return { effect: 'destructive', verb, plain: false };
  if (others.has(verb)) return { effect: 'write', verb, plain: false };
  const main = verb === 'with' ? mainOf(tokens, first) : first;
  const unbounded = unboundedIn(tokens);
  const hidden = hiddenIn(tokens, main);
  const acting = hidden?.acts === true;
  if (changes.has(main.text) || hidden !== undefined) {
    return {
      effect: unbounded === undefined ? 'write' : 'destructive',
      verb: main.text,
      plain: !acting && (changes.has(main.text) || hidden?.changes === true),
      ...(hidden === undefined ? {} : { hidden: { words: hidden.words, offset: hidden.at.offset, length: hidden.at.length } }),
      ...(unbounded === undefined ? {} : { unbounded }),
    };
  }
  return { effect: 'read', verb: main.text, plain: false };
}

/** EXPLAIN only plans, unless ANALYZE makes it run what it explains. */
function explained(tokens: readonly Token[], first: Token): Judged {
  let at = tokens.indexOf(first) + 1;
  let analyze: Token | undefined;
  if (tokens[at]?.text === '(' && tokens[at]?.is === 'sign') {
    const depth = tokens[at]?.depth ?? 0;
    const end = tokens.findIndex((one, i) => i > at && one.text === ')' && one.is === 'sign' && one.depth === depth);
    const options = tokens.slice(at + 1, end);
    analyze = options.find(
      (one, i) => /^analy[sz]e$/.test(one.text) && !/^(?:false|off|0)$/.test(options[i + 1]?.text.toLowerCase() ?? ''),
    );
    // `explain (select 1)`: no options but the statement itself
    if (!reads.has(wordOf(options[0]))) at = end + 1;
  }
  for (; /^(?:analy[sz]e|verbose)$/.test(wordOf(tokens[at])); at += 1) if (tokens[at]?.text !== 'verbose') analyze = tokens[at];
  const inner = tokens.slice(at);
  const start = inner.find((one) => one.is === 'word');
  if (analyze === undefined || start === undefined) return { effect: 'read', verb: 'explain', plain: false };
  const known = reads.has(start.text) || changes.has(start.text) || others.has(start.text);
  const run: Judged = known ? judged(inner, start) : { effect: 'write', verb: start.text, plain: false };
  if (run.effect === 'read') return { ...run, verb: 'explain' };
  const words = `EXPLAIN ANALYZE performs the ${start.text.toUpperCase()}`;
  return { ...run, verb: 'explain', plain: false, hidden: { words, offset: analyze.offset, length: analyze.length } };
}

interface Hidden {
  readonly words: string;
  readonly at: Token;
  readonly changes?: boolean;
  readonly acts?: boolean;
}

/** What acts inside a statement that begins like a read. A function that acts weighs more than a change that can be taken back. */
function hiddenIn(tokens: readonly Token[], main: Token): Hidden | undefined {
  const found = tokens.flatMap((one, i): readonly Hidden[] => {
    const next = tokens[i + 1];
    const before = tokens[i - 1];
    const called = next?.is === 'sign' && next.text === '(';
    if (called && one.is === 'escaped') return [{ words: 'a function whose name is written in escapes', at: one, acts: true }];
    if (called && (one.is === 'word' || one.is === 'name') && acts(one.text))
      return [{ words: `the function ${one.text} acts`, at: one, acts: true }];
    if (one.is !== 'word') return [];
    if (changes.has(one.text) && one !== main && before?.is === 'sign' && (before.text === '(' || before.text === ')'))
      return [{ words: `${one.text.toUpperCase()} inside WITH`, at: one, changes: true }];
    if (one.text === 'for' && /^(?:update|no|share|key)$/.test(wordOf(next)))
      return [{ words: `FOR ${wordOf(next).toUpperCase()} locks rows`, at: one }];
    if (one.text === 'into' && !/^(?:insert|merge)$/.test(wordOf(before)) && !changes.has(main.text))
      return [{ words: 'SELECT INTO makes a table', at: one }];
    return [];
  });
  return found.find((one) => one.acts === true) ?? found[0];
}

/** The statement behind a WITH list: the first verb at its own depth. */
const mainOf = (tokens: readonly Token[], first: Token): Token =>
  tokens.find(
    (one, i) =>
      one.is === 'word' &&
      one.depth === first.depth &&
      i > tokens.indexOf(first) &&
      (changes.has(one.text) || /^(?:select|values|table)$/.test(one.text)) &&
      tokens[i - 1]?.text === ')',
  ) ?? first;

/** An UPDATE or DELETE that no WHERE of the same depth follows. */
function unboundedIn(tokens: readonly Token[]): Token | undefined {
  return tokens.find((one, i) => {
    const before = tokens[i - 1];
    const begins = before === undefined || (before.is === 'sign' && (before.text === '(' || before.text === ')'));
    if (one.is !== 'word' || !/^(?:update|delete)$/.test(one.text) || !begins) return false;
    const end = tokens.findIndex((later, j) => j > i && later.depth < one.depth);
    const own = tokens.slice(i, end < 0 ? undefined : end);
    return !own.some((later) => later.is === 'word' && later.text === 'where' && later.depth === one.depth);
  });
}

const isDestructiveAlter = (tokens: readonly Token[]): boolean =>
  tokens.some((one) => one.is === 'word' && one.text === 'drop') || wordOf(tokens[1]) === 'system';

function parametersOf(tokens: readonly Token[]): Pick<Statement, 'parameters' | 'unused'> {
  const used = new Set(tokens.filter((one) => one.is === 'parameter').map((one) => Number(one.text)));
  const parameters = Math.max(0, ...used);
  const unused = parameters > 1000 ? [] : Array.from({ length: parameters }, (_, i) => i + 1).filter((one) => !used.has(one));
  return { parameters, unused };
}

const wordOf = (token: Token | undefined): string => (token?.is === 'word' ? token.text : '');
const isSemicolon = (one: Token | undefined): boolean => one?.is === 'sign' && one.text === ';';

function withoutLastSemicolons(tokens: readonly Token[]): readonly Token[] {
  const last = tokens.findLastIndex((one) => !isSemicolon(one));
  return tokens.slice(0, last + 1);
}

/** The first word behind a semicolon; bodies of functions (BEGIN ATOMIC) and of rules have semicolons of their own. */
function severalAt(tokens: readonly Token[]): Token | undefined {
  const at = tokens.findIndex((one) => isSemicolon(one) && one.depth === 0);
  if (at < 0) return undefined;
  const atomic = tokens.slice(0, at).some((one, i) => wordOf(one) === 'atomic' && wordOf(tokens[i - 1]) === 'begin');
  return wordOf(tokens[0]) === 'create' && atomic && wordOf(tokens.at(-1)) === 'end' ? undefined : tokens[at + 1];
}

const refused = (
  code: string,
  message: string,
  where: { readonly offset: number; readonly length: number },
  hint?: string,
): Classified => ({
  ok: false,
  refusal: { code, message, offset: where.offset, length: where.length, ...(hint === undefined ? {} : { hint }) },
});
