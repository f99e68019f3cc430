/** What the keys do while something is asked: letters choose, a line is typed, and an answer that leaves work half done takes a second key. */
import type { Key } from 'ink';

import { useEffect, useRef, useState } from 'react';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import type { AskedNow } from '../model/ask.ts';
import { optionFor } from '../model/ask.ts';
import { isGrave } from '../model/follows.ts';
import type { Reply, Values } from '../questions.ts';
import { questionAnswer, isTyped, replyTo, wantsReason } from '../questions.ts';
import type { ScreenStore } from './store.ts';
import type { EditedLine } from './use-line.ts';
import { useLine } from './use-line.ts';
import { useKeypress } from './keyboard.tsx';

/** A key that was meant for something else answers nothing (T19). */
export const deafMs = 500;

export interface AnswerLine {
  readonly line: EditedLine;
  readonly values: Values;
  /** The option whose reason is being typed. */
  readonly reasonFor: string | undefined;
  /** The option that waits for its second key. */
  readonly sure: string | undefined;
  /** A line is typed, so letters are text. */
  readonly typing: boolean;
  readonly wrong: string;
  /** Keys count. */
  readonly ready: boolean;
}

export interface QuestionOnScreen {
  readonly store: ScreenStore;
  readonly question: OpenQuestion;
  readonly asked: AskedNow;
  /** Keys go elsewhere while something lies over the question. */
  readonly active: boolean;
  readonly deaf: number;
}

export function useQuestion({ store, question, asked, active, deaf }: QuestionOnScreen): AnswerLine {
  const line = useLine('');
  const [values, setValues] = useState<Values>({});
  const [reasonFor, setReasonFor] = useState<string>();
  const [wrong, setWrong] = useState('');
  const ready = useReady(deaf);
  // Two keys may come before the next picture: what the first one meant is kept beside what is drawn.
  const [drawnSure, drawSure] = useState<string>();
  const sure = useRef<string>(undefined);
  const setSure = (option: string | undefined): void => {
    sure.current = option;
    drawSure(option);
  };
  const typing = isTyped(question) || reasonFor !== undefined;
  const send = (reply: Reply): void => {
    line.set('');
    setWrong(reply.is === 'wrong' ? reply.why : '');
    if (reply.is === 'act') store.act(reply.act);
    else if (reply.is === 'more') setValues(reply.values);
  };
  const choose = (option: string): void => {
    const state = store.state();
    const grave = state !== undefined && isGrave(store.options.plan, state, question, option);
    if (grave && sure.current !== option) return setSure(option);
    setSure(undefined);
    if (wantsReason(question, option)) setReasonFor(option);
    else if (isTyped(question)) send(questionAnswer(question, option));
    else send(replyTo(question, option));
  };
  const enter = (): void => {
    if (reasonFor === undefined) send(replyTo(question, line.text(), values));
    else if (line.text().trim() === '') setWrong('a reason is needed');
    else send(questionAnswer(question, reasonFor, { reason: line.text().trim() }));
  };
  const typed = (input: string, key: Key): void => {
    if (key.ctrl && input === 'n' && reasonFor === undefined) return choose(declining(question));
    if (key.escape && reasonFor !== undefined) {
      setReasonFor(undefined);
      return line.set('');
    }
    if (isForTheRest(input, key)) return;
    setSure(undefined);
    if (key.return) return enter();
    line.type(input, key);
    if (input.length > 1 && /[\r\n]/.test(input))
      store.say('the line break came together with the text and was not taken: Enter sends');
  };
  const pressed = (input: string, key: Key): void => {
    if (isForTheRest(input, key)) return;
    const option = optionFor(asked, single(input));
    if (option !== undefined) return choose(option);
    setSure(undefined);
    store.say(
      `${nameOf(input, key)} was ignored: ${asked.options.map((one) => one.key).join(', ')} answer; Ctrl-P shows all commands`,
    );
  };
  useKeypress(
    (input, key) => {
      if (!ready) {
        if (!isForTheRest(input, key))
          store.say(`${nameOf(input, key)} was ignored: the question has just appeared; press it again`);
      } else if (typing) typed(input, key);
      else pressed(input, key);
    },
    { isActive: active },
  );
  return { line, values, reasonFor, sure: drawnSure, typing, wrong, ready };
}

/** How a question without letters is declined: those after the end are left open. */
export const declining = (question: OpenQuestion): string => (question.lane === 'postmortem' ? 'open' : 'no');

function useReady(deaf: number): boolean {
  const [ready, setReady] = useState(deaf === 0);
  useEffect(() => {
    const timer = setTimeout(() => {
      setReady(true);
    }, deaf);
    return () => {
      clearTimeout(timer);
    };
  }, [deaf]);
  return ready;
}

/** Keys that mean the same whether something is asked or not. */
function isForTheRest(input: string, key: Key): boolean {
  if (key.ctrl) return !['u', 'w', 'n'].includes(input);
  return key.upArrow || key.downArrow || key.pageUp || key.pageDown || key.home || key.end || key.escape || key.tab;
}

/** A key that is held down comes several times at once and counts as one. */
const single = (input: string): string =>
  input !== '' && input === input.charAt(0).repeat(input.length) ? input.charAt(0) : input;

export function nameOf(input: string, key: Key): string {
  if (key.return) return 'Enter';
  if (key.backspace || key.delete) return 'Backspace';
  if (key.leftArrow || key.rightArrow) return 'that key';
  if (key.ctrl) return `Ctrl-${input.toUpperCase()}`;
  return input.length > 1 ? `"${input.trim().slice(0, 20)}", which came at once,` : `"${input}"`;
}
