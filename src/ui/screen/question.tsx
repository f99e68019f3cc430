/** What is asked, in a place that output cannot fake. Keys are ignored for the first half second, and pasted line breaks send nothing (T19). */
import { Box, Text, useInput } from 'ink';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { Values } from '../questions.ts';
import { answer, fieldPrompt, isTyped, replyTo, wantsReason } from '../questions.ts';
import { durationText } from '../format.ts';
import type { Look } from '../theme.ts';
import { borderOf, glyphs } from '../theme.ts';
import type { ScreenStore } from './store.ts';
import { useLine } from './use-line.ts';

const deafMs = 500;

export interface QuestionProps {
  readonly store: ScreenStore;
  readonly question: OpenQuestion;
  readonly monotonic: () => number;
  /** Keys go elsewhere while something lies over the question. */
  readonly active: boolean;
  readonly width: number;
  readonly look: Look;
}

export function QuestionBox({ store, question, monotonic, active, width, look }: QuestionProps): ReactElement {
  const typed = useLine('');
  const [values, setValues] = useState<Values>({});
  const [verdict, setVerdict] = useState<string>();
  const [wrong, setWrong] = useState('');
  const [since] = useState(monotonic);
  const typing = isTyped(question) || verdict !== undefined;
  const choose = (option: string): void => {
    if (wantsReason(question, option)) setVerdict(option);
    else send(replyTo(question, option));
  };
  const send = (reply: ReturnType<typeof replyTo>): void => {
    typed.set('');
    setWrong(reply.is === 'wrong' ? reply.why : '');
    if (reply.is === 'act') store.act(reply.act);
    else if (reply.is === 'more') setValues(reply.values);
  };
  const enter = (): void => {
    if (verdict === undefined) send(replyTo(question, typed.text(), values));
    else if (typed.text().trim() === '') setWrong('a reason is needed');
    else send(answer(question, verdict, { reason: typed.text().trim() }));
  };
  useInput(
    (input, key) => {
      if (monotonic() - since < deafMs) return;
      if (!typing) {
        const option = optionFor(question.options, input);
        if (option !== undefined) choose(option);
        return;
      }
      if (key.escape) {
        if (verdict === undefined) store.act(answer(question, 'no').act);
        setVerdict(undefined);
        typed.set('');
      } else if (key.return) enter();
      else typed.type(input, key);
    },
    { isActive: active },
  );
  const { show } = question;
  const left = question.expires === undefined ? '' : `  (${durationText(Math.max(0, question.expires - store.now()))} left)`;
  const line = (shown: string): string => glyphs(sanitize(shown), look);
  return (
    <Box borderStyle={borderOf(look)} borderColor="yellow" flexDirection="column" paddingX={1} width={width}>
      <Text bold color="yellow" wrap="truncate">
        {line(`${question.key}: ${show.message ?? show.title}`)}
        {left}
      </Text>
      {factsOf(question).map((fact) => (
        <Text key={fact} wrap="truncate">
          {line(fact)}
        </Text>
      ))}
      {typing ? (
        <Text wrap="truncate">
          {promptOf(question, values, verdict, wrong)} <Text inverse>{line(typed.text())} </Text>
          {wrong === '' ? null : <Text color="red"> {line(wrong)}</Text>}
        </Text>
      ) : (
        <Text wrap="truncate">press {optionWords(question.options)}</Text>
      )}
    </Box>
  );
}

/** Lines inside the border, for the room that the box takes. */
export const questionHeight = (question: OpenQuestion): number => factsOf(question).length + 4;

function factsOf(question: OpenQuestion): readonly string[] {
  const { show } = question;
  const target = show.target === undefined ? '' : ` on ${show.target}`;
  return [
    ...(show.note === undefined ? [] : [show.note]),
    ...(show.effect === undefined ? [] : [`effect: ${show.effect}${target}`]),
    ...(show.describe === undefined ? [] : [`will send: ${show.describe.replaceAll(/\s*\n\s*/g, '⏎')}`]),
    ...(show.diff === undefined ? [] : diffLines(show.diff)),
    ...(show.about ?? []),
    ...(question.from === undefined || question.from.length === 0 ? [] : [`by somebody of: ${question.from.join(', ')}`]),
  ];
}

/** The first lines of it; the whole is in the record. */
function diffLines(diff: string): readonly string[] {
  const lines = diff.trimEnd().split('\n');
  const shown = lines.length > 6 ? [...lines.slice(0, 5), `(${String(lines.length - 5)} more lines, in the record)`] : lines;
  return shown.map((line, index) => `${index === 0 ? 'changes:' : '        '} ${line}`);
}

/** What was wrong takes the place of the keys, which are known by then. */
function promptOf(question: OpenQuestion, values: Values, verdict: string | undefined, wrong: string): string {
  if (verdict !== undefined) return `${verdict}, because (Enter sends, Esc goes back):`;
  const what = question.ask === 'typed' ? `type ${question.show.typed ?? ''} to agree` : fieldPrompt(question, values);
  return `${sanitize(what)}${wrong === '' ? ', Enter sends, Esc declines' : ''}:`;
}

/** The first letter where it tells an option apart, and always the number. */
function optionFor(options: readonly string[], input: string): string | undefined {
  if (input.length !== 1) return undefined;
  const number = options[Number(input) - 1];
  if (number !== undefined) return number;
  const found = options.filter((one) => one.toLowerCase().startsWith(input.toLowerCase()));
  return found.length === 1 ? found[0] : undefined;
}

function optionWords(options: readonly string[]): string {
  return options
    .map((one, index) => {
      const letter = one.slice(0, 1);
      const alone = options.filter((other) => other.toLowerCase().startsWith(letter.toLowerCase())).length === 1;
      return `${alone ? letter : String(index + 1)} = ${sanitize(one)}`;
    })
    .join(', ');
}
