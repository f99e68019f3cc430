/** Who may agree to what: only people, and to a step with `approve` somebody of the named roles who has not started the run (four eyes, F48, T24). */
import type { Question } from '../core/model/event.ts';
import { isPerson, isStarter, personKey, provenName } from '../core/model/person.ts';
import type { Plan, Program } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import type { Actor } from '../core/model/value.ts';

/** Role -> members: names as the system knows them, or `user:<uid>`. */
export type Roles = Readonly<Record<string, readonly string[]>>;

export interface Approval {
  readonly by: Actor;
  readonly verdict: string;
  readonly reason?: string;
}

export interface People {
  readonly starter?: Actor;
  readonly roles: Roles;
  /** Keys of those who have agreed to the same, and their proven names. */
  readonly agreed?: readonly string[];
  readonly agreedNames?: readonly string[];
}

type Rules = Pick<NonNullable<Program['approve']>, 'from' | 'reason' | 'auth'>;

/** Why this answer is not an approval; undefined: it is one, or it says no, which everybody may. */
export function whyNoApproval(rules: Rules, approval: Approval, people: People): string | undefined {
  if (approval.verdict !== 'yes') return undefined;
  const { by } = approval;
  if (!isPerson(by)) return whyNoPerson(by);
  if (people.starter !== undefined && isStarter(by, people.starter))
    return `${by.name} has started the run${sameUser(by, people.starter)}; somebody else must agree`;
  if (hasAgreed(by, people)) return `${by.name} has agreed already; another person must agree as well`;
  if (rules.auth === 'uid' && by.auth !== 'uid')
    return `${by.name} is ${by.auth === 'vouched' ? 'vouched for' : 'only claimed'}; the step requires the user of the system`;
  if (rules.from.length > 0 && !rules.from.some((entry) => isMember(by, entry, people.roles)))
    return `${provenName(by) ?? by.name} does not have the role ${rules.from.join(' or ')}`;
  if (rules.reason && (approval.reason ?? '').trim() === '') return 'the step requires a reason';
  return undefined;
}

const hasAgreed = (by: Actor, { agreed = [], agreedNames = [] }: People): boolean =>
  agreed.includes(personKey(by)) || agreedNames.some((name) => name === provenName(by));

/** Why an answer to an approval does not count now; undefined: it does, or the question is none. */
export function whyNoApprovalOf(
  plan: Plan,
  state: Readonly<State>,
  question: { readonly key: string; readonly ask: string },
  approval: Approval,
  roles: Roles,
): string | undefined {
  const instance = state.instances[question.key];
  const rules = instance === undefined ? undefined : plan.nodes[instance.node]?.program.approve;
  if (question.ask !== 'approve' || instance === undefined || rules === undefined) return undefined;
  return whyNoApproval(rules, approval, {
    roles,
    ...(state.operator === undefined ? {} : { starter: state.operator }),
    ...(instance.agreedTo === instance.shown
      ? { agreed: instance.approvers ?? [], agreedNames: instance.approverNames ?? [] }
      : {}),
  });
}

const sameUser = (by: Actor, starter: Actor): string =>
  by.name !== starter.name && by.uid !== undefined && by.uid === starter.uid
    ? ` as ${starter.name}, with the same user of the system (uid ${String(by.uid)})`
    : '';

const whyNoPerson = (by: Actor): string => `${by.name} is recorded as ${by.kind ?? 'no person'}; only a person can agree`;

/** Verdicts by which somebody agrees, vouches for something, or lets the run continue although something failed. */
const consents: Readonly<Partial<Record<Question, readonly string[]>>> = {
  confirm: ['yes'],
  typed: ['yes'],
  offer: ['yes'],
  approve: ['yes'],
  manual: ['done'],
  doubt: ['done', 'not-done'],
  failure: ['retry', 'skip', 'undo'],
  conflict: ['keep', 'overwrite'],
};

/** Agents, schedules and webhooks start runs, look and stop; they agree to nothing. */
export const whyNoConsent = (ask: string, { by, verdict }: Approval): string | undefined =>
  !isPerson(by) && consents[ask as Question]?.includes(verdict) === true ? whyNoPerson(by) : undefined;

/** A name counts when it is proven, a role also when it was vouched for; `user:<uid>` is proven by itself. */
function isMember(actor: Actor, entry: string, roles: Roles): boolean {
  const name = provenName(actor);
  if (actor.auth === 'vouched' && actor.roles?.includes(entry) === true) return true;
  const members = roles[entry] ?? [entry];
  return members.some((member) =>
    member.startsWith('user:') ? actor.uid !== undefined && member === `user:${String(actor.uid)}` : member === name,
  );
}
