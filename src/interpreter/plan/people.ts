/** Who must agree to a step: confirm, offer, approve, and the typed confirmation that destructive steps get by themselves. */
import type { Program } from '../core/model/plan.ts';
import type { Effect } from '../core/model/value.ts';
import type { PlanContext } from './context.ts';
import { durationAt } from './context.ts';
import type { Mapping } from './json.ts';
import { isMapping, textOf, textsOf } from './json.ts';
import { messageTree, plainTree } from './params.ts';
import { problem } from './problem.ts';

type Confirm = NonNullable<Program['confirm']>;
type Approve = NonNullable<Program['approve']>;

/** Design 3: destructive asks to type the target's name, unless the author chose another text. */
export function confirmOf(step: Mapping, effect: Effect, typedName: string, title: string): Confirm | undefined {
  const json = step['confirm'];
  const written: Confirm | undefined = isMapping(json)
    ? {
        message: messageTree(json['message'] ?? title),
        ...(json['typed'] === undefined ? {} : { typed: plainTree(json['typed']) }),
      }
    : typeof json === 'string'
      ? { message: messageTree(json) }
      : undefined;
  if (effect !== 'destructive') return written;
  return { message: written?.message ?? messageTree(`${title}: this cannot be taken back`), typed: written?.typed ?? typedName };
}

export function approveOf(context: PlanContext, step: Mapping, where: string): Approve | undefined {
  const json = step['approve'];
  if (!isMapping(json)) return undefined;
  const timeout = durationAt(context, json, 'timeout', `${where}: approve`);
  if (timeout === undefined) context.problems.push(problem('missing-timeout', `${where}: approve needs a timeout`));
  const min = json['min'];
  return {
    from: textsOf(json['from']),
    min: typeof min === 'number' && min >= 1 ? Math.floor(min) : 1,
    timeout: timeout ?? 0,
    reason: json['reason'] === true,
    each: json['each'] === true,
    ...(json['auth'] === 'uid' ? { auth: 'uid' as const } : {}),
  };
}

export const offerOf = (step: Mapping): Program['offer'] => {
  const text = textOf(step['offer']);
  return text === undefined ? undefined : messageTree(text);
};
