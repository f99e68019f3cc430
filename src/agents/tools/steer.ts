/** Tools that do something in a run: answer, act. What only people do is refused here with a reason, and by the engine in any case. */
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { questionsOf } from '../../interpreter/engine/operator.ts';
import type { Act } from '../../interpreter/link/protocol.ts';
import { typeForm } from '../../interpreter/plan/form.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { questionAnswer } from '../../ui/questions.ts';
import { quotedData } from '../answer-text.ts';
import type { Desk } from '../desk.ts';
import { AgentRefusal } from '../desk.ts';
import { personAnswers } from '../people.ts';
import type { RunView } from '../stored.ts';
import { seen } from '../stored.ts';
import type { CallArguments, Tool } from '../tool.ts';
import { requiredText, givenText } from '../tool.ts';
import { runParameter } from './runs.ts';

export const answerTool: Tool = {
  name: 'answer',
  description: 'Answer an ask (fields: name to value) or a choose (option). Nothing else: people agree.',
  parameters: {
    run: runParameter,
    step: { type: 'string', required: true },
    option: { type: 'string' },
    fields: { type: 'object' },
    reason: { type: 'string' },
  },
  reads: false,
  call: async (given, desk) => {
    const now = await seen(requiredText(given, 'run'), desk, 0);
    const question = questionAt(now, requiredText(given, 'step'));
    const act = answerTo(question, given, now.run);
    return perform(now.run, act, `${question.key} is answered`, desk);
  },
};

function questionAt({ run, plan, state }: RunView, step: string): OpenQuestion {
  const open = questionsOf(plan, state);
  const found = open.find(({ key, id }) => key === step || id === step);
  if (found !== undefined) return found;
  const keys = open.map(({ key }) => key).join(', ');
  throw new AgentRefusal(`step ${step} of run ${run} has no open question${keys === '' ? '' : `; open are ${keys}`}`);
}

function answerTo(question: OpenQuestion, given: CallArguments, run: string): Act {
  const reason = givenText(given, 'reason');
  const why = reason === undefined ? {} : { reason };
  if (question.ask === 'choice') {
    const option = givenText(given, 'option') ?? '';
    if (!question.options.includes(option))
      throw new AgentRefusal(`"${option}" is not an option of ${question.key}; options: ${question.options.join(', ')}`);
    return questionAnswer(question, option, { value: option, ...why }).act;
  }
  if (question.ask !== 'input') throw new AgentRefusal(notYours(question), personAnswers(run, question));
  const fields = (given['fields'] ?? {}) as Readonly<Record<string, Json>>;
  const typed = typeForm(question.show.fields, fields);
  if (!typed.ok) throw new AgentRefusal(`${question.key}: ${typed.why}`);
  return questionAnswer(question, 'answered', { value: fields, ...why }).act;
}

const reasons: Readonly<Partial<Record<OpenQuestion['ask'], string>>> = {
  manual: 'asks whether work was done by hand, and only who did it can say so',
  failure: 'asks what becomes of a failure: to retry, skip or undo is a person’s decision',
  doubt: 'asks whether a step that was lost was done, and a person has to look',
  conflict: 'asks whose change is kept, and a person decides',
};

const notYours = ({ key, ask }: OpenQuestion): string =>
  `${key} ${reasons[ask] ?? 'asks for consent, and an agent never approves or confirms'}`;

/** What an agent may do, and for the rest why not. */
const acts = ['pause', 'continue', 'note', 'abort'] as const;

/** What a person types for it. */
const forPeople: Readonly<Record<string, string>> = {
  skip: 'skip RUN STEP --reason TEXT',
  undo: 'undo RUN',
  retry: 'retry RUN STEP --reason TEXT',
  extend: 'extend RUN STEP DURATION --reason TEXT',
  input: 'input RUN NAME VALUE --reason TEXT',
  step: 'step RUN',
  resume: 'resume RUN',
  approve: 'answer RUN STEP yes',
  confirm: 'answer RUN STEP yes',
};

export const actTool: Tool = {
  name: 'act',
  description: 'Pause or continue a run, add a note, or abort it (finally steps still run). text: the note or the reason.',
  parameters: { run: runParameter, do: { type: 'string', required: true, choices: acts }, text: { type: 'string' } },
  reads: false,
  call: async (given, desk) => {
    const now = await seen(requiredText(given, 'run'), desk, 0);
    const word = requiredText(given, 'do');
    return perform(now.run, controlOf(word, givenText(given, 'text')?.trim() ?? '', now.run), `${word}: done`, desk);
  },
};

function controlOf(word: string, text: string, run: string): Act {
  const reason = text === '' ? {} : { reason: text };
  switch (word) {
    case 'pause':
    case 'continue':
      return { is: 'control', control: { is: word, ...reason } };
    case 'note':
      if (text === '') throw new AgentRefusal('a note needs its text');
      return { is: 'control', control: { is: 'note', text } };
    case 'abort':
      if (text === '') throw new AgentRefusal('abort needs a reason as text: the record keeps why the run was stopped');
      return { is: 'control', control: { is: 'abort', undo: false, force: false, reason: text } };
    default:
      throw notAnAct(word, run);
  }
}

/** Also for tools that an agent would like to have. */
export function notAnAct(word: string, run = 'RUN'): AgentRefusal {
  const person = Object.hasOwn(forPeople, word) ? forPeople[word] : undefined;
  if (person === undefined) return new AgentRefusal(`"${word}" is not something to do; one of ${acts.join(', ')}`);
  return new AgentRefusal(
    `an agent may ${acts.join(', ')}; to ${word} is a person's decision, because a person answers for what the run does`,
    `runbook ${person.replace('RUN', run)}`,
  );
}

async function perform(run: string, what: Act, done: string, desk: Desk): Promise<string> {
  const acted = await desk.service.act(run, what, desk.actor);
  if (acted.ok) return `${done} (record ${String(acted.seq)})`;
  throw new AgentRefusal(`not done:\n${quotedData(acted.why)}`, acted.hint);
}
