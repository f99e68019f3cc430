/** The actor behind a proven user of this host, and the name of that user. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Actor } from '../core/model/value.ts';
import type { Claim } from './protocol.ts';

/** What the configuration says of accounts, by name or `user:<uid>`. */
export interface Accounts {
  /** Several people use them. */
  readonly sharedAccounts?: readonly string[];
  /** They have proved who somebody is, and their word counts. */
  readonly vouchingAccounts?: readonly string[];
}

/** `uid`: undefined where the system has none. */
export function actorOfUser(claim: Claim, uid: number | undefined, accounts: Accounts = {}): Actor {
  const account = uid === undefined ? undefined : accountName(uid);
  if (claim.auth === 'vouched' && mayVouch(uid, accounts)) return vouched(claim, account);
  const claimed = claim.auth !== 'uid' && claim.name !== account;
  return {
    name: claimed ? claim.name : (account ?? claim.name),
    auth: claimed ? 'claimed' : 'uid',
    host: hostname(),
    ...(uid === undefined ? {} : { uid }),
    ...(claimed && account !== undefined ? { account } : {}),
    ...(isListed(uid, accounts.sharedAccounts) ? { shared: true as const } : {}),
    ...roleOf(claim),
  };
}

/** Without the uid of the account that vouches: it is somebody else. */
const vouched = (claim: Claim, account: string | undefined): Actor => ({
  name: claim.name,
  auth: 'vouched',
  host: hostname(),
  ...(account === undefined ? {} : { account }),
  ...(claim.roles === undefined ? {} : { roles: claim.roles }),
  ...roleOf(claim),
});

const roleOf = ({ kind, onBehalfOf }: Claim): Pick<Actor, 'kind' | 'onBehalfOf'> => ({
  ...(kind === undefined || kind === 'person' ? {} : { kind }),
  ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
});

export const mayVouch = (uid: number | undefined, { vouchingAccounts }: Accounts): boolean => isListed(uid, vouchingAccounts);

const isListed = (uid: number | undefined, list: readonly string[] = []): boolean =>
  uid !== undefined && (list.includes(accountName(uid)) || list.includes(`user:${String(uid)}`));

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
