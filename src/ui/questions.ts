/** Open questions of a run and what a typed text means for one of them; every viewer asks in the same way. */
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { State } from '../interpreter/core/model/state.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import type { OpenQuestion } from '../interpreter/engine/operator.ts';
import { questionsOf } from '../interpreter/engine/operator.ts';
import type { Act } from '../interpreter/link/protocol.ts';
import { fieldNames, fieldProblem, fieldText, fieldWords } from '../interpreter/plan/form.ts';

export const openQuestions = (plan: Plan, state: Readonly<State>): readonly OpenQuestion[] => questionsOf(plan, state);

/** What was typed so far for a question with fields. */
export type Values = Readonly<Record<string, string>>;

export type Reply =
  | { readonly is: 'act'; readonly act: Act }
  /** One field of several is known now. */
  | { readonly is: 'more'; readonly values: Values }
  | { readonly is: 'wrong'; readonly why: string };

/** Options whose reason is asked for: what is skipped, overridden or aborted needs one (L8). */
export const wantsReason = (question: OpenQuestion, verdict: string): boolean =>
  verdict === 'skip' || (question.ask === 'approve' && verdict === 'yes');

/** A question that is answered by typing text, not by choosing. */
export const isTyped = (question: OpenQuestion): boolean => question.ask === 'typed' || question.ask === 'input';

/** The field that is asked for next. */
export const nextField = (question: OpenQuestion, values: Values): string =>
  fieldNames(question.show.fields)[Object.keys(values).length] ?? 'text';

/** The field that is asked for next, with what it takes and its default: `2/7 count: integer 1 to 5 [3]`. */
export function fieldPrompt(question: OpenQuestion, values: Values): string {
  const { fields } = question.show;
  const all = fieldNames(fields).length;
  const place = all > 1 ? `${String(Object.keys(values).length + 1)}/${String(all)} ` : '';
  return `${place}${fieldWords(fields, nextField(question, values))}`;
}

export function replyTo(question: OpenQuestion, text: string, values: Values = {}): Reply {
  if (question.ask === 'typed') {
    if (text === question.show.typed) return questionAnswer(question, 'yes');
    return { is: 'wrong', why: `"${text}" is not ${question.show.typed ?? ''}` };
  }
  if (question.ask === 'input') {
    const { fields } = question.show;
    const name = nextField(question, values);
    const taken = fieldText(fields, name, text);
    const why = fieldProblem(fields, name, taken);
    if (why !== undefined) return { is: 'wrong', why };
    const all = { ...values, [name]: taken };
    return Object.keys(all).length >= fieldNames(fields).length
      ? questionAnswer(question, 'answered', { value: all })
      : { is: 'more', values: all };
  }
  return chosen(question, text);
}

/** The whole option, or as much of it as tells it apart; a reason may follow. */
function chosen(question: OpenQuestion, text: string): Reply {
  const [, word = '', reason = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const exact = question.options.filter((one) => one === text.trim() || one === word);
  const found = exact.length > 0 ? exact : question.options.filter((one) => word !== '' && one.startsWith(word));
  const [only, another] = found;
  if (only === undefined || another !== undefined) return { is: 'wrong', why: `answer with ${question.options.join(', ')}` };
  const why = only === text.trim() ? '' : reason.trim();
  return questionAnswer(question, only, {
    ...(question.ask === 'choice' ? { value: only } : {}),
    ...(why === '' ? {} : { reason: why }),
  });
}

export function questionAnswer(
  question: OpenQuestion,
  verdict: string,
  more: { readonly value?: Json; readonly reason?: string } = {},
): Extract<Reply, { is: 'act' }> {
  return {
    is: 'act',
    act: {
      is: 'answer',
      question: question.id,
      verdict,
      shown: question.shown,
      ...(more.value === undefined ? {} : { value: { json: more.value } }),
      ...(more.reason === undefined ? {} : { reason: more.reason }),
    },
  };
}
