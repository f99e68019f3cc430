/** Who may agree to a step with `approve`: somebody of the named roles, never the one who started the run (four eyes, F48, T24). */
import type { Program } from '../core/model/plan.ts';
import type { Actor } from '../core/model/value.ts';

/** Role -> members: names as the system knows them, or `user:<uid>`. */
export type Roles = Readonly<Record<string, readonly string[]>>;

export interface Approval {
  readonly by: Actor;
  readonly verdict: string;
  readonly reason?: string;
}

type Rules = Pick<NonNullable<Program['approve']>, 'from' | 'reason' | 'auth'>;

/** Why this answer is no approval; undefined: it is one, or it says no, which everybody may. */
export function whyNoApproval(
  rules: Rules,
  approval: Approval,
  people: { readonly starter?: Actor; readonly roles: Roles },
): string | undefined {
  if (approval.verdict !== 'yes') return undefined;
  const { by } = approval;
  if (people.starter !== undefined && isSamePerson(by, people.starter))
    return `${by.name} has started the run; somebody else must agree`;
  if (rules.auth === 'uid' && by.auth !== 'uid')
    return `${by.name} is only claimed; the step wants the user of the system itself`;
  if (rules.from.length > 0 && !rules.from.some((entry) => isMember(by, entry, people.roles)))
    return `${by.name} is none of ${rules.from.join(', ')}`;
  if (rules.reason && (approval.reason ?? '').trim() === '') return 'the step wants a reason';
  return undefined;
}

/** One person may have two names but not two users of the system at once; where a name is only claimed, the name decides. */
export function isSamePerson(one: Actor, other: Actor): boolean {
  const known = one.auth === 'uid' && other.auth === 'uid' && one.host === other.host;
  return known && one.uid !== undefined ? one.uid === other.uid : one.name === other.name;
}

function isMember(actor: Actor, entry: string, roles: Roles): boolean {
  const members = roles[entry] ?? [entry];
  return members.some((member) =>
    member.startsWith('user:') ? actor.uid !== undefined && member === `user:${String(actor.uid)}` : member === actor.name,
  );
}
