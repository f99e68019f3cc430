/** What somebody says to a run, made into the record of it. Pure: also performed where there is neither a clock nor a file. */
import type { Observation } from '../core/model/event.ts';
import type { Plan } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import type { Value } from '../core/model/value.ts';
import { typeForm } from '../plan/form.ts';
import type { Roles } from './approval.ts';
import { whyNoApprovalOf, whyNoConsent } from './approval.ts';
import type { OperatorInput } from './operator.ts';

export interface Hearing {
  readonly plan: Plan;
  readonly roles: Roles;
}

/** An answer to a question that is closed, to something else than was shown, or by the wrong person is recorded and changes nothing (F47, F48). */
export function heard(input: OperatorInput, run: Hearing, state: State): Observation {
  if (input.is === 'viewer') return { type: 'viewer', is: input.what, by: input.by };
  if (input.is === 'control') return { type: 'control', id: input.id, by: input.by, act: input.act };
  const via = input.via === undefined ? {} : { via: input.via };
  const ignored = (why: string): Observation => ({ type: 'answer.ignored', id: input.id, by: input.by, why, ...via });
  const why = whyIgnored(input, run, state);
  if (why !== undefined) return ignored(why);
  const typed = typedValue(input, state);
  if (!typed.ok) return ignored(typed.why);
  return {
    type: 'question.closed',
    id: input.id,
    verdict: input.verdict,
    by: input.by,
    shown: input.shown,
    ...(typed.value === undefined ? {} : { value: typed.value }),
    ...(input.reason === undefined ? {} : { reason: input.reason }),
    ...via,
  };
}

/** Answers that no question offers: nobody answered, or would not. */
const declined = new Set(['no', 'unanswered', 'open', 'expired']);

function whyIgnored(input: Extract<OperatorInput, { is: 'answer' }>, { plan, roles }: Hearing, state: State): string | undefined {
  const question = state.questions[input.id];
  if (question === undefined) return 'the question is closed';
  if (question.shown !== input.shown) return 'the question changed since you saw it; answer again';
  if (!question.options.includes(input.verdict) && !declined.has(input.verdict))
    return `unknown answer "${input.verdict}"; options: ${question.options.join(', ')}`;
  if (question.ask === 'choice' && question.options.includes(input.verdict) && input.value?.json !== input.verdict)
    return 'the selected option and the submitted value differ; not counted';
  return whyNoConsent(question.ask, input) ?? whyNoApprovalOf(plan, state, question, input, roles);
}

type TypedValue = { readonly ok: true; readonly value?: Value } | { readonly ok: false; readonly why: string };

/** The fields of a form are typed here, whatever the viewer that sent them made of them. */
function typedValue(input: Extract<OperatorInput, { is: 'answer' }>, state: State): TypedValue {
  const question = state.questions[input.id];
  if (question?.ask !== 'input' || declined.has(input.verdict))
    return { ok: true, ...(input.value === undefined ? {} : { value: input.value }) };
  const typed = typeForm(question.show.fields, input.value?.json);
  return typed;
}
