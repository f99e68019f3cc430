/** What went wrong while a mail was sent. */
import type { FaultClass } from '../../interpreter/core/model/value.ts';
import type { Account } from './mail-account.ts';
import { failed } from './message.ts';
import type { SendFailure } from './message.ts';
import { quoted } from './text.ts';

interface Problem {
  readonly code?: string;
  /** Of the system, like ECONNREFUSED. */
  readonly originalCode?: string;
  /** What the server answered; nothing when it did not. */
  readonly responseCode?: number;
  readonly message?: string;
}

/** With an answer it is refused, whatever was handed over; without one only the text matters. */
export function mailFailure(problem: unknown, account: Account, handed: boolean, aborted: boolean): SendFailure {
  const { code = 'smtp', originalCode, responseCode, message = String(problem) } = problem as Problem;
  const wire = responseCode !== undefined ? 'refused' : handed ? 'unknown' : 'notStarted';
  const where = `${account.host}:${String(account.port)}`;
  if (aborted && responseCode === undefined) return failed(wire, 'timeout', 'timeout', `no answer from ${where} in time`);
  const name = responseCode === undefined ? (originalCode ?? code) : `smtp-${String(responseCode)}`;
  const faultClass = certificate.test(name) ? 'auth' : classOf(code, responseCode);
  return failed(
    wire,
    faultClass,
    name,
    `${where}: ${quoted(message, account.secrets)}`,
    hints[certificate.test(name) ? 'ETLS' : code],
  );
}

/** Nobody vouches for the server: it is not the one that was meant, or its authority is not known here. */
const certificate = /CERT|SELF_SIGNED|ISSUER/;

/** 4xx asks to try later, 5xx refuses for good; encryption that does not come about does not come about by waiting. */
function classOf(code: string, responseCode: number | undefined): FaultClass {
  if (code === 'ETLS') return 'config';
  if (responseCode !== undefined && responseCode < 500) return 'connection';
  if (code === 'EAUTH' || code === 'ENOAUTH' || responseCode === 530 || responseCode === 535) return 'auth';
  if (code === 'ETIMEDOUT') return 'timeout';
  return responseCode === undefined ? 'connection' : 'validation';
}

const hints: Readonly<Record<string, string>> = {
  ETLS: 'the server must offer STARTTLS, or tls: implicit; a private authority is named as ca, a file',
};
