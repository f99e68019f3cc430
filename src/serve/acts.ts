/** What people send becomes an act in the run. The engine decides whether it counts; what is refused here could not even be understood. */
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { OpenQuestion } from '../interpreter/engine/operator.ts';
import { questionsOf } from '../interpreter/engine/operator.ts';
import type { Act } from '../interpreter/link/protocol.ts';
import { fieldNames, typeForm } from '../interpreter/plan/form.ts';
import { actorText } from '../ui/format.ts';
import type { Acted } from '../service/run-service.ts';
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
  if (question === undefined) throw notDone(closedText(closingIn(seen.records, id)));
  const shown = form.get('shown') ?? '';
  const done = await perform(house, seen, person, { ...answerOf(question, form), shown });
  if (done.ok) return;
  const first = shown === question.shown ? await closingSoon(house, seen, id) : undefined;
  throw notDone(first === undefined ? done.why : closedText(first), done.hint);
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

type Closing = Extract<Stamped, { type: 'question.closed' }>;

const closingIn = (records: readonly Stamped[], id: string): Closing | undefined =>
  records.findLast((one): one is Closing => one.type === 'question.closed' && one.id === id);

/** The engine answers a moment before its record tells why, ms. */
const recordMs = 1000;

async function closingSoon({ service }: House, { run, records }: RunSeen, id: string): Promise<Closing | undefined> {
  for await (const record of service.follow(run, records.length + 1, AbortSignal.timeout(recordMs))) {
    if (record.type === 'question.closed' && record.id === id) return record;
    if (record.type === 'answer.ignored' && record.id === id) return undefined;
  }
  return undefined;
}

/** Who was first. */
const closedText = (closing: Closing | undefined): string =>
  closing === undefined
    ? 'the question is closed'
    : `the question is closed: ${actorText(closing.by)} answered ${closing.verdict}, ${closing.wall}`;

export async function acceptAct(house: House, seen: RunSeen, person: Person, form: Form): Promise<void> {
  const text = (form.get('text') ?? '').trim();
  const control = controlOf(form.get('do') ?? '', text, form.get('undo') === 'yes');
  const done = await perform(house, seen, person, { is: 'control', control });
  if (!done.ok) throw notDone(done.why, done.hint);
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

async function perform(house: House, { run }: RunSeen, { actor }: Person, act: Act): Promise<Acted> {
  const done = await house.service.act(run, act, actor);
  house.counts.add('runbook_serve_acts_total', { act: act.is, counted: done.ok ? 'yes' : 'no' });
  return done;
}

const notDone = (why: string, hint?: string): CallRefused =>
  new CallRefused(409, `not done: ${why}`, hint ?? 'the page of the run shows what it asks now');
