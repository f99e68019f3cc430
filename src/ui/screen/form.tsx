/** Inputs with their types, defaults and descriptions, and the plan that they make. */
import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { Entry } from '../model/finder.ts';
import type { Look } from '../theme.ts';
import { glyphs } from '../theme.ts';
import type { InputField, PickerOptions } from './pick-model.ts';
import { useLine } from './use-line.ts';
import { useKeypress } from './keyboard.tsx';

export interface FormProps {
  readonly options: PickerOptions;
  readonly look: Look;
  readonly size: { readonly width: number; readonly height: number };
  readonly entry: Entry;
  readonly begin: (inputs: Readonly<Record<string, string>>) => void;
  readonly back: () => void;
}

type Values = Readonly<Record<string, string>>;

export function Form({ options, look, size, entry, begin, back }: FormProps): ReactElement {
  const fields = options.fields(entry.path);
  const [at, setAt] = useState(0);
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(fields.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial]]))),
  );
  const [wrong, setWrong] = useState('');
  const [up, setUp] = useState(0);
  const field = fields[at];
  const line = useLine(field?.initial ?? '');
  const plan = usePlan(options, entry, at >= fields.length ? values : undefined);
  const go = (to: number, now: Values): void => {
    setWrong('');
    setAt(to);
    line.set(now[fields[to]?.name ?? ''] ?? '');
  };
  const enter = (): void => {
    if (field === undefined) return plan.is === 'ready' ? begin(values) : undefined;
    const typed = options.typeInput(entry.path, field.name, line.text());
    if (!typed.ok) return setWrong(typed.message);
    const now = { ...values, [field.name]: line.text() };
    setValues(now);
    return go(at + 1, now);
  };
  useKeypress((input, key) => {
    if (key.escape || (key.ctrl && input === 'c')) back();
    else if (key.return) enter();
    else if (key.upArrow) go(Math.max(0, at - 1), values);
    else if (key.pageDown) setUp(up + 5);
    else if (key.pageUp) setUp(Math.max(0, up - 5));
    else if (field !== undefined) line.type(input, key);
  });
  const room = size.height - fields.length - 5;
  return (
    <Box flexDirection="column" width={size.width} height={size.height} overflow="hidden">
      <Text bold wrap="truncate">
        {sanitize(entry.title)} ({sanitize(entry.id)}), environment: {sanitize(options.environment)}
      </Text>
      {fields.map((one, index) => (
        <FieldLine
          key={one.name}
          field={one}
          active={index === at}
          text={index === at ? line.text() : (values[one.name] ?? '')}
        />
      ))}
      <Text color="red" wrap="truncate">
        {wrong === '' ? ' ' : sanitize(wrong)}
      </Text>
      {field === undefined
        ? plan.lines.slice(up, up + room).map((text, index) => (
            <Text key={index} wrap="truncate">
              {text === '' ? ' ' : glyphs(sanitize(text), look)}
            </Text>
          ))
        : null}
      <Box flexGrow={1} />
      <Text dimColor wrap="truncate">
        {glyphs(field !== undefined ? 'Enter goes on · ↑ back · Esc leaves the form' : words[plan.is], look)}
      </Text>
    </Box>
  );
}

function FieldLine(props: { readonly field: InputField; readonly active: boolean; readonly text: string }): ReactElement {
  const { field, active, text } = props;
  return (
    <Text wrap="truncate">
      {active ? '>' : ' '} {field.name.padEnd(20)} <Text inverse={active}>{sanitize(text)} </Text>{' '}
      <Text dimColor>
        {field.type}
        {field.initial === undefined ? ', required' : ''} {sanitize(field.description)}
      </Text>
    </Text>
  );
}

interface Made {
  readonly is: 'making' | 'ready' | 'wrong';
  readonly lines: readonly string[];
}

const words: Readonly<Record<Made['is'], string>> = {
  making: 'making the plan · Esc goes back',
  ready: 'this is the plan; nothing has been touched · Enter begins · ↑ inputs · PgDn scrolls · Esc back',
  wrong: 'no plan can be made · ↑ inputs · Esc goes back',
};

/** Made when the inputs are complete. */
function usePlan(options: PickerOptions, entry: Entry, values: Values | undefined): Made {
  const [made, setMade] = useState<Made>({ is: 'making', lines: [] });
  const wanted = values === undefined ? '' : JSON.stringify(values);
  useEffect(() => {
    let over = false;
    const show = (next: Made): void => {
      if (!over) setMade(next);
    };
    show({ is: 'making', lines: [] });
    if (wanted === '') return undefined;
    options.plan(entry.path, JSON.parse(wanted) as Values).then(
      (lines) => show({ is: 'ready', lines }),
      (problem: unknown) => show({ is: 'wrong', lines: (problem as Error).message.split('\n') }),
    );
    return () => {
      over = true;
    };
  }, [options, entry, wanted]);
  return made;
}
