/** What went wrong with a server, in words that help: one code a cause, a hint, and what is known about the effect. Bound values stay out of it. */
import type { FaultClass } from '../../interpreter/core/model/value.ts';

export interface PostgresFailure {
  readonly ok: false;
  readonly wire: 'notStarted' | 'refused' | 'unknown';
  readonly class: FaultClass;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export type Known = Pick<PostgresFailure, 'class' | 'code' | 'hint'>;

interface ServerError extends Error {
  readonly code: string;
  readonly severity: string;
  readonly position?: string;
  readonly hint?: string;
}

export const isServerError = (problem: unknown): problem is ServerError =>
  problem instanceof Error && 'severity' in problem && 'code' in problem && /^[0-9A-Z]{5}$/.test(String(problem.code));

/** The session has ended: what it was doing may have happened. */
export const isLost = (problem: unknown): boolean =>
  !isServerError(problem) || /^(?:FATAL|PANIC)$/.test(problem.severity) || problem.code.startsWith('57P');

const known: Readonly<Record<string, Known>> = {
  '28P01': { class: 'auth', code: 'wrong-password', hint: 'the password of the target is refused for this user' },
  '28000': {
    class: 'auth',
    code: 'not-allowed',
    hint: 'pg_hba.conf of the server has no line for this user, database and address',
  },
  '3D000': { class: 'config', code: 'unknown-database', hint: 'database: of the target names one that the server does not have' },
  '42501': {
    class: 'auth',
    code: 'not-permitted',
    hint: 'grant it to the user of the target, or use a target with another user',
  },
  '53300': { class: 'connection', code: 'too-many-connections', hint: 'the server has no connection left for this user' },
  '57P03': { class: 'connection', code: 'starting', hint: 'the server is starting, stopping or recovering' },
  '57P01': { class: 'connection', code: 'terminated' },
  '57P02': { class: 'connection', code: 'terminated' },
  '57014': { class: 'timeout', code: 'statement-timeout', hint: 'the server stopped the statement at the timeout of the step' },
  '55P03': {
    class: 'timeout',
    code: 'lock-timeout',
    hint: 'somebody else holds the lock: look into pg_locks, or raise lockTimeout',
  },
  '40P01': {
    class: 'timeout',
    code: 'deadlock',
    hint: 'the server rolled this statement back to end a deadlock; nothing was changed',
  },
  '40001': { class: 'timeout', code: 'serialization', hint: 'another transaction came in between; nothing was changed' },
  '25001': {
    class: 'validation',
    code: 'not-in-transaction',
    hint: 'the statement refuses to run inside a transaction: say `transaction: none`',
  },
  '25006': {
    class: 'validation',
    code: 'write-in-read',
    hint: 'the statement looks like a read but writes, and reads run in a read only transaction: say `writes: true`, or call something that only reads',
  },
  '42601': { class: 'validation', code: 'syntax' },
  '22P02': { class: 'validation', code: 'wrong-argument', hint: 'a value in args does not have the form of its parameter' },
  '42P18': { class: 'validation', code: 'untyped-parameter', hint: 'write the type: $1::text' },
};

/** Beginnings of messages of the driver and of Node's TLS. */
const unspoken: readonly (readonly [RegExp, Known])[] = [
  [
    /does not support SSL/,
    {
      class: 'connection',
      code: 'tls-unavailable',
      hint: 'the server speaks no TLS; `tls: false` in the target only on a network that nobody else reads',
    },
  ],
  [
    /client password must be/,
    { class: 'auth', code: 'no-password', hint: 'the server asks for a password: password: secret:NAME in the target' },
  ],
  [
    /self[- ]signed|unable to verify|unable to get .*issuer|CERT_|certificate/i,
    {
      class: 'auth',
      code: 'tls-certificate',
      hint: 'tls: { ca: file } in the target trusts an authority of your own, { serverName } names the certificate',
    },
  ],
  [/timeout expired/, { class: 'connection', code: 'connect-timeout', hint: 'nothing answers there in time' }],
];
const network: Readonly<Record<string, Known>> = {
  ECONNREFUSED: {
    class: 'connection',
    code: 'ECONNREFUSED',
    hint: 'connection refused: check host, port and that the server is running',
  },
  ENOTFOUND: { class: 'connection', code: 'ENOTFOUND', hint: 'the name of the host has no address' },
  ENOENT: { class: 'connection', code: 'ENOENT', hint: 'there is no socket of a server in that folder' },
};

/** The server says the same when it wants TLS and when it does not want this user at all. */
const withoutTls: Known = {
  class: 'auth',
  code: 'not-allowed-without-tls',
  hint: 'no line of pg_hba.conf takes this user, database and address without TLS: say `tls: true` in the target, or add a line',
};

const cancelledThere: Known = {
  class: 'cancelled',
  code: 'cancelled-on-server',
  hint: 'somebody cancelled it on the server (pg_cancel_backend)',
};
const readOnlyServer: Known = {
  class: 'config',
  code: 'read-only-server',
  hint: 'a standby takes no writes: point the target to the primary; or the role or the database is read only by default',
};

/** `reading`: we asked for a read only transaction. */
export function describeProblem(problem: unknown, reading: boolean): Known & { readonly message: string } {
  if (isServerError(problem)) {
    const position = problem.position === undefined ? '' : ` (at character ${problem.position})`;
    const message = `${problem.message}${position}`;
    if (problem.code === '28000' && /no encryption/.test(problem.message)) return { ...withoutTls, message };
    if (problem.code === '57014' && /user request/.test(problem.message)) return { ...cancelledThere, message };
    if (/during recovery/.test(problem.message) || (problem.code === '25006' && !reading)) return { ...readOnlyServer, message };
    const one = known[problem.code];
    const hint = one?.hint ?? problem.hint;
    const base: Known = one ?? { class: 'validation', code: `sqlstate-${problem.code}` };
    return { ...base, ...(hint === undefined ? {} : { hint }), message };
  }
  const message = wordsOf(problem);
  const code = String((problem as { readonly code?: unknown } | null)?.code ?? '');
  const found = network[code] ?? unspoken.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1];
  return { class: 'connection', code: code === '' ? 'connection' : code, ...found, message: message === '' ? code : message };
}

/** A name with several addresses fails with one error that says nothing and holds one for each. */
function wordsOf(problem: unknown): string {
  if (problem instanceof AggregateError && problem.message === '') return problem.errors.map(wordsOf).join('; ');
  return problem instanceof Error ? problem.message : String(problem);
}
