/** Starting without a name: find the runbook, read its page and plan, fill in its inputs, begin. Nothing is touched before the last Enter. */
import { Box, Text, useStdout } from 'ink';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { FinderEntry } from '../model/finder.ts';
import { find } from '../model/finder.ts';
import { Form } from './form.tsx';
import type { Look } from '../theme.ts';
import { glyphs } from '../theme.ts';
import type { Picked, PickerOptions } from './pick-model.ts';
import { useLine } from './use-line.ts';
import { Keyboard, useKeypress } from './keyboard.tsx';

export interface PickProps {
  readonly options: PickerOptions;
  readonly look: Look;
  readonly done: (picked: Picked | undefined) => void;
}

export const Pick = (props: PickProps): ReactElement => (
  <Keyboard>
    <Picker {...props} />
  </Keyboard>
);

function Picker({ options, look, done }: PickProps): ReactElement {
  const { stdout } = useStdout();
  const [chosen, setChosen] = useState<FinderEntry | undefined>(options.named);
  const size = { width: stdout.columns ?? 80, height: Math.max(10, (stdout.rows ?? 24) - 1) };
  if (chosen === undefined) return <Finder {...{ options, look, size }} choose={setChosen} leave={() => done(undefined)} />;
  return (
    <Form
      {...{ options, look, size }}
      entry={chosen}
      begin={done}
      back={() => (options.named === undefined ? setChosen(undefined) : done(undefined))}
    />
  );
}

interface FinderProps {
  readonly options: PickerOptions;
  readonly look: Look;
  readonly size: { readonly width: number; readonly height: number };
  readonly choose: (entry: FinderEntry) => void;
  readonly leave: () => void;
}

function Finder({ options, look, size, choose, leave }: FinderProps): ReactElement {
  const line = useLine('');
  const [at, setAt] = useState(0);
  const found = find(options.entries, line.text());
  const current = found[Math.min(at, found.length - 1)];
  useKeypress((input, key) => {
    if (key.escape || (key.ctrl && (input === 'c' || input === 'd'))) leave();
    else if (key.return) {
      if (current !== undefined) choose(current);
    } else if (key.upArrow) setAt(Math.max(0, at - 1));
    else if (key.downArrow) setAt(Math.max(0, Math.min(found.length - 1, at + 1)));
    else {
      setAt(0);
      line.type(input, key);
      // Over a slow line Enter may come with the last letters; here it only chooses what is shown.
      const [typed] = /^[^\r\n]+[\r\n]$/.test(input) ? find(options.entries, line.text()) : [];
      if (typed !== undefined) choose(typed);
    }
  });
  const body = size.height - 4;
  const listHeight = Math.max(3, Math.min(found.length, Math.floor(body * 0.4)));
  const from = Math.max(0, Math.min(at - Math.floor(listHeight / 2), found.length - listHeight));
  const page = current === undefined ? [] : options.page(current.path).slice(0, Math.max(0, body - listHeight - 1));
  return (
    <Box flexDirection="column" width={size.width} height={size.height} overflow="hidden">
      <Text bold wrap="truncate">
        Which runbook? <Text inverse>{sanitize(line.text())} </Text>
      </Text>
      <Text dimColor wrap="truncate">
        alert, title or words; {String(found.length)} of {String(options.entries.length)}
      </Text>
      {found.slice(from, from + listHeight).map((entry) => (
        <Text key={entry.path} wrap="truncate" inverse={entry === current}>
          {entry === current ? '>' : ' '} {sanitize(entry.id).padEnd(24)} {sanitize(entry.severity).padEnd(5)}{' '}
          {sanitize(entry.title)}
        </Text>
      ))}
      {found.length === 0 ? <Text>nothing found</Text> : null}
      <Text> </Text>
      {page.map((text, index) => (
        <Text key={index} wrap="truncate">
          {text === '' ? ' ' : glyphs(sanitize(text), look)}
        </Text>
      ))}
      <Box flexGrow={1} />
      <Text dimColor wrap="truncate">
        {glyphs('↑↓ choose · Enter takes it and shows the plan · Esc leaves', look)}
      </Text>
    </Box>
  );
}
