/** The lease service: at most one engine leads. Each new holder gets the next fencing token; what comes with an older one is refused and logged. */
import { appendFileSync, writeFileSync } from 'node:fs';
import type { Call, Reply } from '../../../process/call.ts';
import { notFound, ok } from '../../../process/call.ts';

export interface LeaseService {
  answer(call: Call, path: readonly string[]): Reply;
  /** Free, with an empty log. */
  reset(): void;
  state(): unknown;
}

/** Milliseconds for which a renewal counts. */
const ttl = 5000;
const firstToken = 6;

export function createLease(logFile: string): LeaseService {
  let holder = '';
  let fencingToken = firstToken;
  let expiresAt = 0;
  let refusedLast = '';
  const log = (line: string): void => {
    appendFileSync(logFile, `${new Date().toISOString()} ${line}\n`);
  };
  const now = (): unknown => ({ holder, fencingToken, expiresAt: new Date(expiresAt).toISOString() });
  const refuse = (what: string, node: string, token: number): Reply => {
    const line = `FENCING_TOKEN ${what} rejected node=${node} token=${String(token)} newest=${String(fencingToken)} holder=${holder}`;
    if (line !== refusedLast) log(line);
    refusedLast = line;
    return { status: 409, json: { error: line } };
  };
  const acquire = (node: string, token: number): Reply => {
    if (expiresAt > Date.now() && holder !== node) return refuse('acquire', node, token);
    holder = node;
    fencingToken += 1;
    expiresAt = Date.now() + ttl;
    log(`acquire holder=${node} token=${String(fencingToken)}`);
    return ok(now());
  };
  const renew = (node: string, token: number): Reply => {
    if (holder !== node || token !== fencingToken) return refuse('renew', node, token);
    expiresAt = Date.now() + ttl;
    return ok(now());
  };
  return {
    answer: ({ method, body }, path) => {
      if (method === 'GET') return path.length === 0 || path[0] === 'lease' ? ok(now()) : notFound;
      const { node = '', fencingToken: token = 0 } = (body ?? {}) as { readonly node?: string; readonly fencingToken?: number };
      if (path[0] === 'acquire') return acquire(node, token);
      return path[0] === 'renew' ? renew(node, token) : notFound;
    },
    reset: () => {
      holder = '';
      fencingToken = firstToken;
      expiresAt = 0;
      refusedLast = '';
      writeFileSync(logFile, '');
    },
    state: now,
  };
}
