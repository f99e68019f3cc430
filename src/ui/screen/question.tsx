/** What is asked, in a place that output cannot fake. Keys are ignored for the first half second (T19). */
import { Box, Text, useInput } from 'ink';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { ScreenStore } from './store.ts';

const deafMs = 500;

export function QuestionBox(props: {
  readonly store: ScreenStore;
  readonly question: OpenQuestion;
  readonly monotonic: () => number;
}): ReactElement {
  const { store, question } = props;
  const [text, setText] = useState('');
  const [since] = useState(() => props.monotonic());
  const typing = question.ask === 'typed' || question.ask === 'input';
  useInput((input, key) => {
    if (props.monotonic() - since < deafMs) return;
    if (!typing) {
      const option = question.options.find((one) => one.startsWith(input.toLowerCase()) && input !== '');
      if (option !== undefined && input.length === 1)
        store.answer(question, option, undefined, option === 'skip' ? 'skipped at the screen' : undefined);
      return;
    }
    if (key.escape) store.answer(question, 'no');
    else if (key.backspace || key.delete) setText(text.slice(0, -1));
    else if (key.return) finish(store, question, text);
    else if (!key.ctrl && !key.meta && input.length <= 2) setText(text + input);
  });
  const { show } = question;
  return (
    <Box borderStyle="double" borderColor="yellow" flexDirection="column" paddingX={1}>
      <Text bold color="yellow">
        {question.key}: {sanitize(show.message ?? show.title)}
      </Text>
      {show.note === undefined ? null : <Text>{sanitize(show.note)}</Text>}
      {show.effect === undefined ? null : (
        <Text>
          effect: {show.effect}
          {show.target === undefined ? '' : ` on ${show.target}`}
        </Text>
      )}
      {show.describe === undefined ? null : <Text>will send: {sanitize(show.describe)}</Text>}
      {typing ? (
        <Text>
          {show.typed === undefined ? 'answer' : `type ${show.typed} to agree`}, Enter sends, Esc declines:{' '}
          <Text inverse>{sanitize(text)} </Text>
        </Text>
      ) : (
        <Text>press {question.options.map((one) => `${one.slice(0, 1)} = ${one}`).join(', ')}</Text>
      )}
    </Box>
  );
}

function finish(store: ScreenStore, question: OpenQuestion, text: string): void {
  if (question.ask === 'input') store.answer(question, 'answered', text);
  else if (text === question.show.typed) store.answer(question, 'yes');
  else if (text !== '') store.answer(question, 'no', undefined, `typed something else`);
}
