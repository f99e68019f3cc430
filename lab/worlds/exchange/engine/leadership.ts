/** Who leads: whoever holds the lease. A leader whose renewal is refused steps down; a standby takes the lease once it has expired. */
import { variable } from '../../../services/variables.ts';
import { say } from '../services/told.ts';

export interface Lease {
  readonly holder: string;
  readonly fencingToken: number;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface Leadership {
  role(): 'leader' | 'standby';
  /** By the last answer of the lease service. */
  holdsLease(): boolean;
  fencingToken(): number;
  /** Asks the lease service once. `mayLead`: the state here is the one of the leader before. */
  turn(mayLead: boolean): Promise<void>;
  /** From now on it believes to lead with a token that is too old: what a node does that was cut off from the lease service. */
  pretend(): void;
  forget(): void;
}

export function createLeadership(node: string): Leadership {
  const url = variable('LEASE');
  let lease: Lease | undefined;
  let token = 0;
  let role: 'leader' | 'standby' = 'standby';
  let isPretending = false;
  const ask = async (what: 'acquire' | 'renew'): Promise<boolean> => {
    const body = JSON.stringify({ node, fencingToken: token });
    const reply = await fetch(`${url}/${what}`, { method: 'POST', body, signal: AbortSignal.timeout(3000) });
    const answer = (await reply.json()) as Lease & { readonly error?: string };
    if (reply.status !== 200) {
      say(`lease ${what} refused: ${answer.error ?? String(reply.status)}`);
      return false;
    }
    lease = answer;
    token = answer.fencingToken;
    return true;
  };
  return {
    role: () => role,
    holdsLease: () => lease?.holder === node && lease.fencingToken === token,
    fencingToken: () => token,
    turn: async (mayLead) => {
      if (role === 'leader') {
        const isRenewed = await ask('renew');
        if (!isRenewed && !isPretending) role = 'standby';
        if (isRenewed) return;
      }
      const reply = await fetch(url, { signal: AbortSignal.timeout(3000) });
      lease = (await reply.json()) as Lease;
      if (isPretending) return;
      token = lease.fencingToken;
      const isFree = Date.parse(lease.expiresAt) < Date.now() || lease.holder === node;
      if (isFree && mayLead && (await ask('acquire'))) role = 'leader';
    },
    pretend: () => {
      isPretending = true;
      role = 'leader';
      token = Math.max(1, (lease?.fencingToken ?? 1) - 1);
    },
    forget: () => {
      lease = undefined;
      token = 0;
      role = 'standby';
      isPretending = false;
    },
  };
}
