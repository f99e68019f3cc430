/** Target names of runbooks -> entries of the environment. */
import type { Json } from '../core/model/value.ts';
import type { TargetReference } from '../core/model/target.ts';
import { parseTarget, placedEntry } from '../core/model/target.ts';
import { suggestion } from '../language/suggest.ts';
import type { Environment } from './types.ts';

export type Bound =
  | { readonly ok: true; readonly type: string; readonly entry: Json }
  | { readonly ok: false; readonly code: 'unbound-target'; readonly message: string; readonly hint?: string };

/** `text`: a reference as core/model/target.ts has it. A member inherits what the entry says; fields that a step chooses replace both. */
export function bindTarget(environment: Environment, text: string, memberName?: string): Bound {
  const parsed = parseTarget(text);
  if (!parsed.ok) return unbound(parsed.message, parsed.hint);
  const { name: base, member = memberName } = parsed.reference;
  const entry = Object.hasOwn(environment.targets, base) ? environment.targets[base] : undefined;
  if (entry === undefined) {
    return unbound(
      `target "${base}" is not bound in environment "${environment.name}"`,
      suggestion(base, Object.keys(environment.targets)),
    );
  }
  const { type, members, ...own } = entry;
  if (member === undefined) return placed(type, members === undefined ? own : { ...own, members }, parsed.reference);
  if (typeof members !== 'object' || members === null || Array.isArray(members))
    return unbound(`target "${base}" has no members`);
  const listed = members as Readonly<Record<string, Json>>;
  const found = Object.hasOwn(listed, member) ? listed[member] : undefined;
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    return unbound(`target "${base}" has no member "${member}"`, suggestion(member, Object.keys(listed)));
  }
  return placed(type, { ...own, ...(found as Readonly<Record<string, Json>>) }, parsed.reference);
}

function placed(type: string, entry: Readonly<Record<string, Json>>, reference: TargetReference): Bound {
  const made = placedEntry(entry, reference);
  return made.ok ? { ok: true, type, entry: made.entry } : unbound(made.message, made.hint);
}

const unbound = (message: string, hint?: string): Bound => ({
  ok: false,
  code: 'unbound-target',
  message,
  ...(hint === undefined ? {} : { hint }),
});
