/** Everything that can be done now, as words with a line to type them; keys of the list only begin such a line. */
import { Box, Text } from 'ink';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { State } from '../../interpreter/core/model/state.ts';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import { offers, speak, subjects } from '../controls.ts';
import type { Look } from '../theme.ts';
import { borderOf } from '../theme.ts';
import type { ScreenStore } from './store.ts';
import { useLine } from './use-line.ts';
import { useKeypress } from './keyboard.tsx';

export interface PaletteProps {
  readonly store: ScreenStore;
  readonly state: State;
  /** What is in the line at first. */
  readonly begin: string;
  readonly width: number;
  readonly height: number;
  readonly look: Look;
  readonly close: () => void;
}

export function Palette({ store, state, begin, width, height, look, close }: PaletteProps): ReactElement {
  const line = useLine(begin);
  const text = line.text();
  const [wrong, setWrong] = useState('');
  const { plan } = store.options;
  const suggestions = suggest(store, state, text);
  const enter = (): void => {
    if (line.text().trim() === leaving.word && !store.options.bound) return store.options.detach();
    const spoken = speak(line.text(), { plan, state, typeInput: store.options.typeInput });
    if (!spoken.ok) {
      setWrong(spoken.why);
      return;
    }
    store.act(spoken.act, `recorded: ${line.text().trim()}`);
    close();
  };
  useKeypress((input, key) => {
    if (key.escape) close();
    else if (key.return) enter();
    else if (key.tab) line.set(completed(text, suggestions));
    else {
      setWrong('');
      line.type(input, key);
    }
  });
  const shown = suggestions.slice(0, Math.max(1, height - 3));
  const widest = Math.max(0, ...shown.map((one) => one.word.length));
  return (
    <Box borderStyle={borderOf(look)} borderColor="cyan" flexDirection="column" paddingX={1} {...{ width, height }}>
      <Text wrap="truncate">
        : <Text inverse>{sanitize(text)} </Text>
        {wrong === '' ? null : <Text color="red"> {sanitize(wrong)}</Text>}
      </Text>
      {shown.map((one) => (
        <Text key={one.word} wrap="truncate">
          {sanitize(one.word).padEnd(widest)} <Text dimColor>{sanitize(one.does)}</Text>
        </Text>
      ))}
    </Box>
  );
}

interface Suggestion {
  readonly word: string;
  readonly does: string;
}

/** Not an act in the run, so it is not among its offers. */
const leaving: Suggestion = { word: 'leave', does: 'leaves this screen; the run continues' };

/** Words at first, then the steps or inputs that the word can be about. */
function suggest(store: ScreenStore, state: State, text: string): readonly Suggestion[] {
  const { plan } = store.options;
  const [word = '', ...rest] = text.split(' ');
  const all = offers(plan, state);
  if (rest.length === 0)
    return [
      ...all.map((one) => ({ word: `${one.word} ${one.takes}`.trim(), does: one.does })),
      ...(store.options.bound ? [] : [leaving]),
    ].filter((one) => one.word.startsWith(word));
  const offer = all.find((one) => one.word === word);
  const keys = rest.length === 1 ? subjects(word, plan, state).filter((key) => key.startsWith(rest[0] ?? '')) : [];
  if (keys.length > 0) return keys.map((key) => ({ word: key, does: state.instances[key]?.show?.title ?? '' }));
  return offer === undefined ? [] : [{ word: `${offer.word} ${offer.takes}`.trim(), does: offer.does }];
}

function completed(text: string, suggestions: readonly Suggestion[]): string {
  const first = suggestions[0]?.word.split(' ')[0];
  if (first === undefined) return text;
  const words = text.split(' ');
  if (words.length > 2) return text;
  return `${[...words.slice(0, -1), first].join(' ')} `;
}
