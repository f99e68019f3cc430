/** What is asked, in a place that output cannot fake. Keys are ignored for the first half second (T19). */
import { Box, Text, useInput } from 'ink';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { fieldsOf } from '../../interpreter/engine/operator.ts';
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
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [refused, setRefused] = useState('');
  const [since] = useState(() => props.monotonic());
  const typing = question.ask === 'typed' || question.ask === 'input';
  const names = fieldsOf(question);
  const field = names[Object.keys(values).length] ?? 'text';
  const enter = (): void => {
    if (question.ask === 'typed') {
      if (text === question.show.typed) store.answer(question, 'yes');
      else setRefused(`"${text}" is not ${question.show.typed ?? ''}; Esc declines`);
      setText('');
      return;
    }
    const all = { ...values, [field]: text };
    setText('');
    if (Object.keys(all).length >= names.length) store.answer(question, 'answered', all);
    else setValues(all);
  };
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
    else if (key.return) enter();
    // Pasted text comes at once; a line break in it sends nothing, that is Enter's to do.
    else if (!key.ctrl && !key.meta) setText(text + printable(input));
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
          {show.typed === undefined ? field : `type ${show.typed} to agree`}, Enter sends, Esc declines:{' '}
          <Text inverse>{sanitize(text)} </Text>
          {refused === '' ? null : <Text color="red"> {sanitize(refused)}</Text>}
        </Text>
      ) : (
        <Text>press {question.options.map((one) => `${one.slice(0, 1)} = ${one}`).join(', ')}</Text>
      )}
    </Box>
  );
}

const printable = (input: string): string => (input.split(/[\r\n]/)[0] ?? '').replaceAll(/[\u0000-\u001f\u007f]/g, '');
