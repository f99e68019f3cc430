/** A run as lines on a terminal, questions answered by typing a line: for screen readers, slow lines and terminals without cursor. */
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { fieldText } from '../../interpreter/plan/form.ts';
import { offers, speak } from '../controls.ts';
import type { Picture, PictureOptions } from '../view.ts';
import type { Reply, Values } from '../questions.ts';
import { questionAnswer, fieldPrompt, isTyped, nextField, openQuestions, replyTo } from '../questions.ts';
import type { Follows } from '../model/follows.ts';
import { asideOf, followsLines, followsOf } from '../model/follows.ts';
import { plainLine } from './lines.ts';

/** Lines out and in. */
export interface LineTerminal {
  print(line: string): void;
  onLine(take: (line: string) => void): void;
  close(): void;
}

export function openPlain(options: PictureOptions, terminal: LineTerminal): Picture {
  let state: State | undefined;
  let asked: string | undefined;
  let values: Values = {};
  const sent = new Set<string>();
  const current = (): OpenQuestion | undefined =>
    state === undefined ? undefined : openQuestions(options.plan, state).find((one) => !sent.has(one.id));
  const prompt = (): void => {
    const question = current();
    if (question === undefined || asked === question.id) return;
    asked = question.id;
    values = {};
    for (const line of linesOf(question, state === undefined ? {} : followsOf(options.plan, state, question)))
      terminal.print(sanitize(line));
  };
  const report = (what: Promise<{ readonly ok: boolean; readonly why?: string }>, again?: string): void => {
    void what.then((done) => {
      if (done.ok) return;
      terminal.print(`   not done: ${done.why ?? ''}`);
      if (again === undefined) return;
      sent.delete(again);
      asked = undefined;
      prompt();
    });
  };
  const reply = (question: OpenQuestion, line: string): void => {
    const said = line === '' ? emptyReply(question, values) : replyTo(question, line, values);
    if (said.is === 'wrong') terminal.print(`   ${sanitize(said.why)}`);
    else if (said.is === 'more') {
      values = said.values;
      terminal.print(`   ${sanitize(fieldPrompt(question, values))}:`);
    } else {
      sent.add(question.id);
      report(options.act(said.act), question.id);
    }
  };
  terminal.onLine((line) => {
    if (state === undefined) return;
    // A colon begins a command, also while something is asked.
    const question = line.startsWith(':') ? undefined : current();
    if (question !== undefined) reply(question, line.trim());
    else command(line.replace(/^:/, '').trim(), state);
  });
  const command = (line: string, now: State): void => {
    if (line === 'detach' || line === 'leave') options.detach();
    else if (line === 'help' || line === '?' || line === '')
      for (const offer of offers(options.plan, now)) terminal.print(`   :${offer.word} ${offer.takes}  ${offer.does}`);
    else {
      const spoken = speak(line, { plan: options.plan, state: now, typeInput: options.typeInput });
      if (spoken.ok) report(options.act(spoken.act));
      else terminal.print(`   ${sanitize(spoken.why)}`);
    }
  };
  return {
    update: (record, after) => {
      state = after;
      const line = plainLine(record, options.plan, after);
      if (line !== undefined) terminal.print(line);
      prompt();
    },
    close: () => {
      terminal.close();
      return Promise.resolve();
    },
  };
}

/** An empty line declines a typed confirmation, takes the default of a field, and leaves a question of the postmortem open. */
function emptyReply(question: OpenQuestion, values: Values): Reply {
  if (question.ask === 'typed') return questionAnswer(question, 'no');
  const hasDefault = fieldText(question.show.fields, nextField(question, values), '') !== '';
  return question.lane === 'postmortem' && isTyped(question) && !hasDefault
    ? questionAnswer(question, 'open')
    : replyTo(question, '', values);
}

function linesOf(question: OpenQuestion, follows: Follows): readonly string[] {
  const { show } = question;
  const target = show.target === undefined ? '' : ` on ${show.target}`;
  const how =
    question.ask === 'typed'
      ? `type ${show.typed ?? ''} to agree; an empty line declines`
      : question.ask === 'input'
        ? `${fieldPrompt(question, {})}${question.lane === 'postmortem' ? ' (an empty line leaves it open)' : ''}:`
        : `answer with ${question.options.join(', ')}; a reason may follow`;
  return [
    `>> ${question.key}: ${show.message ?? show.title}`,
    ...(show.effect === undefined ? [] : [`   effect: ${show.effect}${target}`]),
    ...(show.describe === undefined ? [] : [`   will send: ${show.describe}`]),
    ...(show.diff === undefined ? [] : show.diff.split('\n').map((line) => `   changes: ${line}`)),
    ...asideOf(question).map((line) => `   ${line}`),
    ...followsLines(question, follows).map((line) => `   ${line}`),
    `   ${how}`,
  ];
}
