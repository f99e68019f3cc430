/** The actor behind a proven user of this host, and the name of that user. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Actor } from '../core/model/value.ts';
import type { Claim } from './protocol.ts';

/** `uid`: undefined where the system has none. `shared`: accounts that several people use, by name or `user:<uid>`. */
export function actorOfUser(claim: Claim, uid: number | undefined, shared: readonly string[] = []): Actor {
  const account = uid === undefined ? undefined : accountName(uid);
  const claimed = claim.auth !== 'uid' && claim.name !== account;
  const isShared = account !== undefined && (shared.includes(account) || shared.includes(`user:${String(uid)}`));
  return {
    name: claimed ? claim.name : (account ?? claim.name),
    auth: claimed ? 'claimed' : 'uid',
    host: hostname(),
    ...(uid === undefined ? {} : { uid }),
    ...(claimed && account !== undefined ? { account } : {}),
    ...(isShared ? { shared: true as const } : {}),
    ...(claim.kind === undefined || claim.kind === 'person' ? {} : { kind: claim.kind }),
    ...(claim.onBehalfOf === undefined ? {} : { onBehalfOf: claim.onBehalfOf }),
  };
}

/** From the file of accounts, else from whatever directory service the system asks. */
export function accountName(uid: number): string {
  const wanted = String(uid);
  const inFile = nameIn(passwdText(), wanted);
  if (inFile !== undefined) return inFile;
  const asked = spawnSync('getent', ['passwd', wanted], { encoding: 'utf8', timeout: 2000, stdio: ['ignore', 'pipe', 'ignore'] });
  return nameIn(asked.status === 0 ? asked.stdout : '', wanted) ?? `uid ${wanted}`;
}

function passwdText(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}

const nameIn = (text: string, uid: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[2] === uid)?.[0];
