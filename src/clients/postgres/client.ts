/**
 * One statement as one transaction: opened read only for a read, judged before it is committed, stopped on the server when its time is over (M6).
 * Nothing is ever sent twice. `sent` is called just before the statement is executed; preparing it runs nothing.
 */
import type { Json, Ms } from '../../interpreter/core/model/value.ts';
import type { PostgresConnection, Connections, Taken } from './connection.ts';
import { openConnections } from './connection.ts';
import type { PostgresFailure } from './failure.ts';
import { describeProblem, isLost, isServerError } from './failure.ts';
import type { Column, Executed, Limits, PreparedStatement } from './statement.ts';
import { execute, prepareStatement } from './statement.ts';
import type { PostgresTarget } from './target.ts';
import { where } from './target.ts';
import { encode } from './values.ts';

export type QueryAnswer = Executed & { readonly columns: readonly Column[]; readonly parseArray: (text: string) => unknown };
/** Words why something is not wanted; the transaction is taken back. */
export type Refused = Omit<PostgresFailure, 'ok' | 'wire'>;

export interface Job {
  readonly text: string;
  readonly args: readonly Json[];
  /** bare: outside a transaction, for what the server does not do inside one. */
  readonly mode: 'read' | 'write' | 'bare';
  readonly limits: Limits;
  /** Taken back instead of committed. */
  readonly rehearse?: boolean;
  /** The session is left as it was: it may serve again. */
  readonly clean: boolean;
  /** Before anything runs. */
  fits?(columns: readonly Column[]): Refused | undefined;
  /** Before it is committed. */
  judge?(answer: Executed): Refused | undefined;
}

export interface StatementControl {
  readonly signal: AbortSignal;
  /** Milliseconds left. */
  readonly deadline: Ms;
  readonly lockTimeout?: Ms;
  sent(): void;
}

export interface PostgresClient {
  perform(job: Job, control: StatementControl): Promise<{ readonly ok: true; readonly answer: QueryAnswer } | PostgresFailure>;
  close(): Promise<void>;
}

/** How long the server may take to stop what it was asked to stop; then the connection is cut. */
const cancelGraceMs = 3000;
const idleMs = 30_000;
const longestMs = 2_147_483_647;

type Phase = 'open' | 'prepare' | 'execute' | 'commit';
type Performed = Awaited<ReturnType<PostgresClient['perform']>>;

export function openPostgres(target: PostgresTarget): PostgresClient {
  const connections = openConnections(target);
  return {
    perform: (job, control) => perform(target, connections, job, control),
    close: () => connections.close(),
  };
}

async function perform(
  target: PostgresTarget,
  connections: Connections,
  job: Job,
  control: StatementControl,
): Promise<Performed> {
  let phase: Phase = 'open';
  let taken: Taken | undefined;
  try {
    taken = await opened(connections, job, control);
    const { connection } = taken;
    const within = <T>(work: Promise<T>): Promise<T> => guarded(connection, control.signal, work);
    phase = 'prepare';
    const prepared = await within(prepareStatement(connection.submit, job.text));
    const unfit = misfit(prepared, job) ?? job.fits?.(prepared.columns);
    if (unfit !== undefined)
      return await takeBack(connections, connection, job, control.signal, { ok: false, wire: 'notStarted', ...unfit });
    const values = prepared.parameters.map((oid, i) => encode(oid, job.args[i] ?? null));
    control.signal.throwIfAborted();
    phase = 'execute';
    control.sent();
    const done = await within(execute(connection.submit, values, job.limits));
    const answer: QueryAnswer = { ...done, columns: prepared.columns, parseArray: connection.parseArray };
    const unwanted = job.judge?.(done);
    if (unwanted !== undefined) {
      const wire = job.mode === 'bare' ? 'unknown' : 'refused';
      return await takeBack(connections, connection, job, control.signal, { ok: false, wire, ...unwanted });
    }
    if (job.rehearse === true || job.mode === 'read')
      return await takeBack(connections, connection, job, control.signal, { ok: true, answer });
    if (job.mode === 'write') {
      control.signal.throwIfAborted();
      phase = 'commit';
      await within(connection.command('commit'));
    }
    putAway(connections, connection, job, control.signal);
    return { ok: true, answer };
  } catch (problem) {
    taken?.connection.destroy();
    return failed(target, job, control.signal, phase, problem);
  }
}

/** A connection with the transaction open. One that served before may have died silently: nothing was sent, so a fresh one is tried. */
async function opened(connections: Connections, job: Job, control: StatementControl): Promise<Taken> {
  const taken = await connections.take(control.signal);
  try {
    await guarded(taken.connection, control.signal, taken.connection.command(opening(job, control)));
    return taken;
  } catch (problem) {
    taken.connection.destroy();
    if (!taken.used || control.signal.aborted || !isLost(problem)) throw problem;
    const fresh = await connections.take(control.signal, true);
    await guarded(fresh.connection, control.signal, fresh.connection.command(opening(job, control)));
    return fresh;
  }
}

/**
 * The server's own timeouts end a little before ours, so that the answer says which one it was; the one for locks first. A transaction whose
 * client vanished silently must not keep its locks.
 */
function opening(job: Job, control: StatementControl): string {
  const left = Math.floor(control.deadline);
  const statement = left >= longestMs ? 0 : Math.max(1, left - Math.min(500, Math.ceil(left / 10)));
  const lock = Math.min(control.lockTimeout ?? Math.floor(statement * 0.8), statement === 0 ? longestMs : statement);
  const set = (scope: string): string =>
    `set ${scope} statement_timeout = ${String(statement)}; set ${scope} lock_timeout = ${String(Math.floor(lock))}`;
  if (job.mode === 'bare') return set('session');
  // Not "read write": who made the role or the database read only by default must win.
  const begin = job.mode === 'read' ? 'begin read only' : 'begin';
  return `${begin}; ${set('local')}; set local idle_in_transaction_session_timeout = ${String(idleMs)}`;
}

function misfit(prepared: PreparedStatement, job: Job): Refused | undefined {
  const wanted = prepared.parameters.length;
  if (wanted === job.args.length) return undefined;
  return {
    class: 'validation',
    code: 'wrong-arguments',
    message: `the statement has ${String(wanted)} parameters, args has ${String(job.args.length)}`,
  };
}

async function takeBack(
  connections: Connections,
  connection: PostgresConnection,
  job: Job,
  signal: AbortSignal,
  result: Performed,
): Promise<Performed> {
  try {
    if (job.mode !== 'bare') {
      const late = setTimeout(connection.destroy, cancelGraceMs);
      await connection.command('rollback').finally(() => {
        clearTimeout(late);
      });
    }
    putAway(connections, connection, job, signal);
  } catch {
    // Without a commit the server takes it back by itself.
    connection.destroy();
  }
  return result;
}

/** After a stop a request to cancel may still be on its way: it must not hit the next statement. */
function putAway(connections: Connections, connection: PostgresConnection, job: Job, signal: AbortSignal): void {
  if (job.clean && job.mode !== 'bare' && !signal.aborted) connections.giveBack(connection);
  else void connection.end();
}

/** The end of the work; when the signal says stop, the server is asked to, and after a grace the connection is cut. */
async function guarded<T>(connection: PostgresConnection, signal: AbortSignal, work: Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const stop = (): void => {
    late = setTimeout(connection.destroy, cancelGraceMs);
    void connection.cancel();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    return await work;
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(late);
  }
}

/** What is known: before execution nothing happened; an answer of the server inside a transaction means taken back; silence after a write is doubt. */
function failed(target: PostgresTarget, job: Job, signal: AbortSignal, phase: Phase, problem: unknown): PostgresFailure {
  const lost = isLost(problem) && !(phase === 'execute' && problem === signal.reason);
  const words = describeProblem(problem, job.mode === 'read');
  const started = phase === 'execute' || phase === 'commit';
  const doubtful = started && job.mode !== 'read' && (lost || (job.mode === 'bare' && !job.clean && !isPlainRefusal(problem)));
  const answered = started || (phase === 'prepare' && isServerError(problem));
  const wire = doubtful ? 'unknown' : answered ? 'refused' : 'notStarted';
  const at = `${where(target)}: `;
  const doubt = !doubtful || job.mode === 'bare' ? {} : { hint: doubtWords(phase) };
  if (signal.aborted && (lost || (isServerError(problem) && problem.code === '57014') || problem === signal.reason)) {
    const timeout = isTimeout(signal.reason);
    const end = lost ? (started ? 'no answer' : 'no connection or no answer') : 'the server stopped it';
    return {
      ok: false,
      wire,
      class: timeout ? 'timeout' : 'cancelled',
      code: timeout ? (started ? 'timeout' : 'connect-timeout') : 'cancelled',
      message: `${at}${end} ${timeout ? 'when the time was over' : 'when it was told to stop'}`,
      ...doubt,
    };
  }
  return { ok: false, wire, ...words, message: `${at}${words.message}`, ...doubt };
}

const doubtWords = (phase: Phase): string =>
  phase === 'commit'
    ? 'the connection was lost while COMMIT was on its way: read back what should have changed'
    : 'the connection was lost before COMMIT was sent: the server takes changes of rows back, but not what functions did elsewhere';

/** Refused before it did anything: wrong text, no permission, no such object. */
const isPlainRefusal = (problem: unknown): boolean => isServerError(problem) && /^(?:42|25|0A)/.test(problem.code);

const isTimeout = (reason: unknown): boolean =>
  reason instanceof Error && (reason.name === 'TimeoutError' || reason.message === 'deadline');
