/** What is asked, in a place that output cannot fake (T19): the whole of it as far as there is room, and for each answer what follows. */
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import type { AskedNow } from '../model/ask.ts';
import { fieldPrompt } from '../questions.ts';
import type { Look } from '../theme.ts';
import { borderOf, glyphs } from '../theme.ts';
import type { AnswerLine } from './use-question.ts';
import { declining } from './use-question.ts';
import { wrapped } from './wrap.ts';

export interface QuestionLine {
  readonly text: string;
  readonly is: 'title' | 'fact' | 'option' | 'typed' | 'wrong' | 'dim';
}

/** Lines of the typed text that are shown, from its end. */
const typedLines = 3;

/** Everything about the question, one line each; the box shows what fits of it, the whole view all. */
export interface QuestionText {
  readonly title: readonly QuestionLine[];
  readonly facts: readonly QuestionLine[];
  readonly options: readonly QuestionLine[];
  readonly prompt: readonly QuestionLine[];
}

export function questionText(
  question: OpenQuestion,
  asked: AskedNow,
  answering: AnswerLine,
  place: string,
  columns: number,
): QuestionText {
  const lines = (is: QuestionLine['is'], text: string, indent = 0): readonly QuestionLine[] =>
    wrapped(text, columns, indent).map((one) => ({ is, text: one }));
  const width = Math.max(0, ...asked.options.map((one) => one.name.length));
  return {
    title: lines('title', `${place}${asked.title}`),
    facts: asked.facts.flatMap((fact) => lines('fact', fact, 2)),
    options: answering.typing
      ? typedOptions(question, asked).flatMap((text) => lines('dim', text, 2))
      : asked.options.flatMap((one) => {
          const mark = one.suggested ? ' (suggested)' : '';
          return lines('option', `${one.key} = ${one.name.padEnd(width)}${mark}  ${one.follows}`.trimEnd(), width + 6);
        }),
    prompt: promptLines(question, answering, lines, columns),
  };
}

/** A line that is typed: what follows when it is right, and what when it is declined. */
function typedOptions(question: OpenQuestion, asked: AskedNow): readonly string[] {
  if (question.ask !== 'typed') return [];
  return asked.options.flatMap(({ name, follows }) =>
    follows === '' ? [] : [`${name === 'yes' ? 'agreeing' : 'declining'}: ${follows}`],
  );
}

function promptLines(
  question: OpenQuestion,
  answering: AnswerLine,
  lines: (is: QuestionLine['is'], text: string) => readonly QuestionLine[],
  columns: number,
): readonly QuestionLine[] {
  const { sure, typing, ready, wrong, line } = answering;
  const second =
    sure === undefined ? [] : lines('wrong', `Something has changed already. Press ${keyAgain(question, sure)} again: ${sure}.`);
  if (!typing) return [...second, ...(ready ? [] : lines('dim', 'keys count in a moment'))];
  const prompt = `${promptOf(question, answering)}${ready ? '' : ' (keys count in a moment)'} ${line.text()}█`;
  const typed = wrapped(prompt, columns).slice(-typedLines);
  return [
    ...second,
    ...(wrong === '' ? [] : lines('wrong', wrong)),
    ...typed.map((text): QuestionLine => ({ is: 'typed', text })),
  ];
}

const keyAgain = (question: OpenQuestion, option: string): string =>
  question.options.includes(option) && question.ask !== 'typed' ? option.slice(0, 1) : 'Ctrl-N';

function promptOf(question: OpenQuestion, { values, reasonFor }: AnswerLine): string {
  if (reasonFor !== undefined) return `${reasonFor}, because:`;
  if (question.ask === 'typed') return `type ${question.show.typed ?? ''} to agree:`;
  return `${fieldPrompt(question, values)}:`;
}

/** How Ctrl-N is called in the footer. */
export const declineWord = (question: OpenQuestion): string =>
  declining(question) === 'open' ? 'leaves it open' : question.ask === 'typed' ? 'declines' : 'gives no answer';

/** Answers and prompt are always shown; of title and facts as much as fits, and how to see the rest. */
export function fitted(text: QuestionText, rows: number): readonly QuestionLine[] {
  const below = [...text.options, ...text.prompt];
  const kept =
    below.length <= rows - 2 ? below : [...text.options.slice(0, Math.max(1, rows - 3 - text.prompt.length)), ...text.prompt];
  const above = [...text.title, ...text.facts];
  const room = Math.max(1, rows - kept.length);
  const hidden = above.length > room || kept.length < below.length;
  const shown = hidden ? above.slice(0, Math.max(1, room - 1)) : above;
  const rest = above.length - shown.length + below.length - kept.length;
  return [...shown, ...(hidden ? [{ is: 'dim' as const, text: `(${String(rest)} more lines: Ctrl-O)` }] : []), ...kept];
}

const styles: Readonly<
  Record<QuestionLine['is'], { readonly bold?: boolean; readonly color?: string; readonly dimColor?: boolean }>
> = {
  title: { bold: true, color: 'yellow' },
  fact: {},
  option: { bold: true },
  typed: { bold: true },
  wrong: { bold: true, color: 'red' },
  dim: { dimColor: true },
};

export function QuestionBox(props: {
  readonly lines: readonly QuestionLine[];
  readonly width: number;
  readonly look: Look;
}): ReactElement {
  const { lines, width, look } = props;
  return (
    <Box borderStyle={borderOf(look)} borderColor="yellow" flexDirection="column" paddingX={1} width={width} flexShrink={0}>
      {lines.map((line, index) => (
        <Text key={index} wrap="truncate" {...styles[line.is]}>
          {line.text === '' ? ' ' : glyphs(line.text, look)}
        </Text>
      ))}
    </Box>
  );
}
