/** What people send becomes an act in the run. The engine decides whether it counts; what is refused here could not even be understood. */
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { OpenQuestion } from '../interpreter/engine/operator.ts';
import { questionsOf } from '../interpreter/engine/operator.ts';
import type { Act } from '../interpreter/link/protocol.ts';
import { fieldNames, typeForm } from '../interpreter/plan/form.ts';
import { actorText } from '../ui/format.ts';
import { questionAnswer } from '../ui/questions.ts';
import type { House } from './house.ts';
import { CallRefused } from './http/reply.ts';
import type { Person } from './identity/who.ts';
import type { RunSeen } from './live/hub.ts';
import { typedFor } from './pages/question.ts';

type Form = ReadonlyMap<string, string>;

/** `shown` of the form, not of the question as it is now, goes to the engine: it tells whether that is still what is asked. */
export async function acceptAnswer(house: House, seen: RunSeen, person: Person, form: Form): Promise<void> {
  const id = form.get('question') ?? '';
  const question = questionsOf(seen.plan, seen.state).find((one) => one.id === id);
  if (question === undefined) throw new CallRefused(409, closedText(seen, id), 'the page of the run shows what it asks now');
  const shown = form.get('shown') ?? '';
  await perform(house, seen, person, { ...answerOf(question, form), shown });
}

type Answer = Extract<Act, { is: 'answer' }>;

function answerOf(question: OpenQuestion, form: Form): Answer {
  const verdict = form.get('verdict') ?? '';
  const reason = (form.get('reason') ?? '').trim();
  const why = reason === '' ? {} : { reason };
  if (question.ask === 'input') return inputOf(question, form, why);
  if (!question.options.includes(verdict))
    throw new CallRefused(400, `unknown answer "${verdict}"`, `options: ${question.options.join(', ')}`);
  const typed = verdict === 'yes' ? typedFor(question) : undefined;
  if (typed !== undefined && form.get('typed')?.trim() !== typed)
    throw new CallRefused(400, `"${form.get('typed') ?? ''}" is not ${typed}; nothing was agreed to`, 'go back and type it');
  return asAnswer(questionAnswer(question, verdict, { ...why, ...(question.ask === 'choice' ? { value: verdict } : {}) }).act);
}

function inputOf(question: OpenQuestion, form: Form, why: { readonly reason?: string }): Answer {
  const { fields } = question.show;
  const given = fieldNames(fields).flatMap((name) => {
    const text = form.get(`field.${name}`) ?? '';
    return text === '' ? [] : [[name, text] as const];
  });
  const value = Object.fromEntries(given);
  const typed = typeForm(fields, value);
  if (!typed.ok) throw new CallRefused(400, `${question.key}: ${typed.why}`, 'go back and answer again');
  return asAnswer(questionAnswer(question, 'answered', { value, ...why }).act);
}

function asAnswer(act: Act): Answer {
  if (act.is !== 'answer') throw new Error('a question is answered by an answer');
  return act;
}

/** Who was first. */
function closedText({ records }: RunSeen, id: string): string {
  const closed = records.findLast(
    (one): one is Extract<Stamped, { type: 'question.closed' }> => one.type === 'question.closed' && one.id === id,
  );
  if (closed === undefined) return 'the question is closed';
  return `the question is closed: ${actorText(closed.by)} answered ${closed.verdict}, ${closed.wall}`;
}

export async function acceptAct(house: House, seen: RunSeen, person: Person, form: Form): Promise<void> {
  const text = (form.get('text') ?? '').trim();
  await perform(house, seen, person, {
    is: 'control',
    control: controlOf(form.get('do') ?? '', text, form.get('undo') === 'yes'),
  });
}

function controlOf(word: string, text: string, undo: boolean): Extract<Act, { is: 'control' }>['control'] {
  switch (word) {
    case 'pause':
    case 'continue':
      return { is: word, ...(text === '' ? {} : { reason: text }) };
    case 'note':
      if (text === '') throw new CallRefused(400, 'a note needs its text', 'go back and write it');
      return { is: 'note', text };
    case 'abort':
      if (text === '') throw new CallRefused(400, 'abort needs a reason', 'the record keeps why the run was stopped');
      return { is: 'abort', undo, force: false, reason: text };
    default:
      throw new CallRefused(400, `"${word}" is not something to do here`, 'pause, continue, note or abort');
  }
}

async function perform(house: House, { run }: RunSeen, { actor }: Person, act: Act): Promise<void> {
  const done = await house.service.act(run, act, actor);
  house.counts.add('runbook_serve_acts_total', { act: act.is, counted: done.ok ? 'yes' : 'no' });
  if (!done.ok) throw new CallRefused(409, `not done: ${done.why}`, done.hint ?? 'the page of the run shows what it asks now');
}
