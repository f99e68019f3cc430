import { hostname, userInfo } from 'node:os';
import type { Actor } from '../interpreter/core/model/value.ts';

/** Who is at the keyboard: the name of the uid (not of a variable, T24); a name given by --operator is only claimed. */
export function actorOf(claimed: string | undefined): Actor {
  const uid = process.getuid?.();
  const known = { host: hostname(), ...(uid === undefined ? {} : { uid }) };
  if (claimed !== undefined) return { name: claimed, auth: 'claimed', ...known };
  try {
    return { name: userInfo().username, auth: 'uid', ...known };
  } catch {
    return { name: `uid ${String(uid ?? 'unknown')}`, auth: 'uid', ...known };
  }
}
