/** The screen while something is asked: the list above, the question below it, or the whole text of the question in place of the list. */
import { Box, Text } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import type { State } from '../../interpreter/core/model/state.ts';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import type { AskedNow } from '../model/ask.ts';
import { askedOf } from '../model/ask.ts';
import type { FooterMode } from '../model/footer.ts';
import type { Look } from '../theme.ts';
import { glyphs } from '../theme.ts';
import { Footer } from './footer.tsx';
import type { QuestionLine } from './question.tsx';
import { declineWord, fitted, QuestionBox, questionText } from './question.tsx';
import type { ScreenStore } from './store.ts';
import type { AnswerLine } from './use-question.ts';
import { useQuestion } from './use-question.ts';

/** The share of the screen that a question takes at most, so that the run stays in sight. */
const share = 0.7;
const frame = 2;

export interface QuestionModeProps {
  readonly store: ScreenStore;
  readonly state: State;
  readonly question: OpenQuestion;
  /** Of how many questions it is which. */
  readonly at: number;
  readonly of: number;
  readonly size: { readonly width: number; readonly height: number };
  /** What lies over the question: its mode and its picture. */
  readonly over: { readonly mode: FooterMode; readonly height: number; readonly picture: ReactNode } | undefined;
  /** Lines scrolled down in the whole text; undefined: it is not shown. */
  readonly whole: number | undefined;
  readonly body: (height: number) => ReactNode;
  readonly look: Look;
  readonly deaf: number;
}

export function QuestionMode(props: QuestionModeProps): ReactElement {
  const { store, state, question, size, over, whole, look } = props;
  const asked = askedOf(store.options.plan, state, question, store.now());
  const answering = useQuestion({ store, question, asked, active: over === undefined, deaf: props.deaf });
  const place = props.of > 1 ? `question ${String(props.at + 1)} of ${String(props.of)}: ` : '';
  const text = questionText(question, asked, answering, place, size.width - 4);
  const rows = size.height - (over?.height ?? 0);
  const most = Math.max(4, Math.floor(rows * share) - frame);
  const lines = whole === undefined ? fitted(text, most) : fitted({ ...text, title: [], facts: [] }, most);
  const left = Math.max(1, rows - lines.length - frame);
  return (
    <>
      {whole === undefined ? (
        props.body(left)
      ) : (
        <Whole lines={[...text.title, ...text.facts]} up={whole} height={left} look={look} />
      )}
      <QuestionBox lines={lines} width={size.width} look={look} />
      {over?.picture}
      <Footer store={store} mode={over?.mode ?? modeOf(question, asked, answering, props)} width={size.width} look={look} />
    </>
  );
}

function Whole(props: {
  readonly lines: readonly QuestionLine[];
  readonly up: number;
  readonly height: number;
  readonly look: Look;
}): ReactElement {
  const { lines, up, height, look } = props;
  const from = Math.max(0, Math.min(up, lines.length - height));
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      {lines.slice(from, from + height).map((line, index) => (
        <Text key={index} wrap="truncate" bold={line.is === 'title'}>
          {line.text === '' ? ' ' : glyphs(line.text, look)}
        </Text>
      ))}
    </Box>
  );
}

function modeOf(question: OpenQuestion, asked: AskedNow, answering: AnswerLine, { whole, of }: QuestionModeProps): FooterMode {
  if (whole !== undefined) return { is: 'whole' };
  if (answering.reasonFor !== undefined) return { is: 'reason' };
  if (answering.typing) return { is: 'typed', declines: declineWord(question), several: of > 1 };
  return {
    is: 'options',
    keys: asked.options.slice(0, 6).map(({ key, name }) => `${key} ${name.slice(0, 12)}`),
    several: of > 1,
  };
}
