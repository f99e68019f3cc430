/** Who is who: a person is a user of a host until somebody proves more. Names that are only claimed count for nothing. Pure. */
import type { Actor } from './value.ts';

/** What tells two people apart: the user of the host; behind a declared shared account, or where the system knows no users, the name. */
export const personKey = (actor: Actor): string =>
  actor.uid === undefined || actor.shared === true ? `name:${actor.name}` : `uid:${String(actor.uid)}@${actor.host}`;

/**
 * Two actors of one host are the same person when they have the same uid, whatever they call themselves. The same name counts as well: who claims
 * to be somebody is not somebody else than that one. So does the same proven name: a person may come by the host and by a server that vouches.
 */
export function isSamePerson(one: Actor, other: Actor): boolean {
  const proven = provenName(one);
  return personKey(one) === personKey(other) || one.name === other.name || (proven !== undefined && proven === provenName(other));
}

/** The one who started the run is also the one for whom it was started. */
export function isStarter(actor: Actor, starter: Actor): boolean {
  return isSamePerson(actor, starter) || (starter.onBehalfOf !== undefined && goesBy(actor, starter.onBehalfOf));
}

/** Whether the actor goes by a name: claimed, of the account, or `user:<uid>`. */
const goesBy = (actor: Actor, name: string): boolean =>
  name === actor.name || name === actor.account || (actor.uid !== undefined && name === `user:${String(actor.uid)}`);

/** The name that may be relied on: that of the account, the one given behind a declared shared account, or the one that is vouched for. */
export const provenName = (actor: Actor): string | undefined =>
  actor.auth === 'uid' || actor.auth === 'vouched' || actor.shared === true ? actor.name : actor.account;

/** Only people agree: to confirmations, approvals, work done by hand, and to continue after a failure. */
export const isPerson = (actor: Actor): boolean => actor.kind === undefined || actor.kind === 'person';
