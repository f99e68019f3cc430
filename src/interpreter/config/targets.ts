/** Target names of runbooks -> entries of the environment. */
import type { Json } from '../core/model/value.ts';
import { suggestion } from '../language/suggest.ts';
import type { Environment } from './types.ts';

export type Bound =
  | { readonly ok: true; readonly type: string; readonly entry: Json }
  | { readonly ok: false; readonly code: 'unbound-target'; readonly message: string; readonly hint?: string };

/** `name`, or `name/member` where the entry has `members: { member: {...} }`; a member inherits what the entry says. */
export function bindTarget(environment: Environment, name: string, memberName?: string): Bound {
  const [base = '', member = memberName] = name.split('/');
  const entry = Object.hasOwn(environment.targets, base) ? environment.targets[base] : undefined;
  if (entry === undefined) {
    return unbound(
      `target "${base}" is not bound in environment "${environment.name}"`,
      suggestion(base, Object.keys(environment.targets)),
    );
  }
  const { type, members, ...own } = entry;
  if (member === undefined) return { ok: true, type, entry: members === undefined ? own : { ...own, members } };
  if (typeof members !== 'object' || members === null || Array.isArray(members))
    return unbound(`target "${base}" has no members`);
  const listed = members as Readonly<Record<string, Json>>;
  const found = Object.hasOwn(listed, member) ? listed[member] : undefined;
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    return unbound(`target "${base}" has no member "${member}"`, suggestion(member, Object.keys(listed)));
  }
  return { ok: true, type, entry: { ...own, ...(found as Readonly<Record<string, Json>>) } };
}

const unbound = (message: string, hint?: string): Bound => ({
  ok: false,
  code: 'unbound-target',
  message,
  ...(hint === undefined ? {} : { hint }),
});
