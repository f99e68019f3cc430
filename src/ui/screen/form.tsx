/** Environment and inputs with their types, defaults and descriptions, and the plan that they make. */
import { Box, Text } from 'ink';
import { useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { FinderEntry } from '../model/finder.ts';
import type { Look } from '../theme.ts';
import { glyphs } from '../theme.ts';
import { FieldRow } from './field.tsx';
import type { FormState } from './form-model.ts';
import { cycled, emptyForm, entered, moved, afterTyping } from './form-model.ts';
import { useKeypress } from './keyboard.tsx';
import type { InputField, Picked, PickerOptions } from './pick-model.ts';

export interface FormProps {
  readonly options: PickerOptions;
  readonly look: Look;
  readonly size: { readonly width: number; readonly height: number };
  readonly entry: FinderEntry;
  readonly begin: (picked: Picked) => void;
  readonly back: () => void;
}

/** No input has this name: it is not an identifier. */
const environmentField = '(environment)';

export function Form({ options, look, size, entry, begin, back }: FormProps): ReactElement {
  const [fields] = useState(() => fieldsOf(options, entry));
  const [up, setUp] = useState(0);
  const newest = useRef<FormState>(undefined);
  newest.current ??= emptyForm(fields);
  const [, draw] = useState(0);
  const form = newest.current;
  const change = (how: (before: FormState) => FormState): void => {
    newest.current = how(newest.current ?? form);
    draw((count) => count + 1);
  };
  const picked = pickedOf(entry, form, options);
  const isComplete = form.at >= fields.length;
  const plan = usePlan(options, isComplete ? picked : undefined);
  const check = (field: InputField, text: string): string | undefined => problemOf(options, entry, field, text);
  useKeypress((input, key) => {
    if (key.escape || (key.ctrl && (input === 'c' || input === 'd'))) return back();
    if (isComplete) {
      if (key.return && plan.is === 'ready') begin(picked);
      else if (key.downArrow) setUp(up + 1);
      else if (key.pageDown) setUp(up + 10);
      else if (key.pageUp || (key.upArrow && up > 0)) setUp(Math.max(0, up - (key.pageUp ? 10 : 1)));
      else if (key.upArrow) change((before) => moved(before, fields, -1));
      return undefined;
    }
    if (key.return) change((before) => entered(before, fields, check));
    else if (key.upArrow || key.downArrow) change((before) => moved(before, fields, key.upArrow ? -1 : 1));
    else if (key.leftArrow || key.rightArrow) change((before) => cycled(before, fields, key.leftArrow ? -1 : 1));
    else if (!key.tab) change((before) => afterTyping(before, fields, input, key, check));
    return undefined;
  });
  const environment = options.environments.find((one) => one.name === picked.environment);
  const isConfigured = options.environments.length > 0;
  const name = picked.environment ?? (isConfigured ? 'not chosen' : 'local, no configuration');
  const obstacle = isConfigured && picked.environment === undefined ? '' : options.obstacle(entry.path, name);
  const fieldRows = Math.min(fields.length, Math.max(3, isComplete ? Math.floor(size.height / 3) : size.height - 7));
  const from = Math.max(0, Math.min(form.at - Math.floor(fieldRows / 2), fields.length - fieldRows));
  const room = Math.max(1, size.height - fieldRows - 6);
  return (
    <Box flexDirection="column" width={size.width} height={size.height} overflow="hidden">
      <Text bold wrap="truncate">
        <Text {...(environment?.rehearsal === true ? { color: 'green' } : { color: 'red', inverse: true })}>
          env {sanitize(name)}
          {environment?.rehearsal === true ? ', rehearsal' : ''}
        </Text>
        {glyphs(`  ·  ${sanitize(entry.id)}  ·  ${sanitize(entry.title)}`, look)}
      </Text>
      <Text color="red" wrap="truncate">
        {obstacle === '' ? ' ' : sanitize(obstacle)}
      </Text>
      {fields.slice(from, from + fieldRows).map((one) => (
        <FieldRow key={one.name} field={one} form={form} active={fields[form.at] === one} width={size.width} look={look} />
      ))}
      <Text color="red" wrap="truncate">
        {form.wrong === '' ? ' ' : sanitize(form.wrong)}
      </Text>
      {isComplete ? <PlanLines lines={plan.lines} up={up} room={room} look={look} /> : null}
      <Box flexGrow={1} />
      <Text dimColor wrap="truncate">
        {glyphs(isComplete ? words[plan.is] : keysOf(fields[form.at]), look)}
      </Text>
    </Box>
  );
}

function PlanLines(props: {
  readonly lines: readonly string[];
  readonly up: number;
  readonly room: number;
  readonly look: Look;
}): ReactElement {
  const { lines, room, look } = props;
  const from = Math.max(0, Math.min(props.up, lines.length - room));
  const below = Math.max(0, lines.length - from - room);
  return (
    <>
      {lines.slice(from, from + room).map((text, index) => (
        <Text key={index} wrap="truncate" bold={/ (WRITE|DESTRUCTIVE)\b/.test(text)}>
          {text === '' ? ' ' : glyphs(sanitize(text), look)}
        </Text>
      ))}
      <Text dimColor>{below === 0 ? ' ' : `${String(below)} more lines below`}</Text>
    </>
  );
}

/** The environment comes first where there are several to choose from. */
function fieldsOf(options: PickerOptions, entry: FinderEntry): readonly InputField[] {
  const names = options.environments.map((one) => one.name);
  const rehearsals = options.environments.filter((one) => one.rehearsal).map((one) => one.name);
  const about = rehearsals.length === 0 ? '' : `(rehearsal: ${rehearsals.join(', ')})`;
  const field: InputField = {
    name: environmentField,
    type: 'environment',
    description: about,
    initial: options.environment,
    choices: names,
    isList: false,
  };
  return [...(names.length > 1 ? [field] : []), ...options.fields(entry.path)];
}

function problemOf(options: PickerOptions, entry: FinderEntry, field: InputField, text: string): string | undefined {
  if (field.name === environmentField)
    return field.choices.includes(text) ? undefined : `unknown environment "${text}": choose one of ${field.choices.join(', ')}`;
  const value = options.typeInput(entry.path, field.name, text);
  return value.ok ? undefined : value.message;
}

function pickedOf(entry: FinderEntry, form: FormState, options: PickerOptions): Picked {
  const { [environmentField]: given, ...inputs } = form.values;
  const environment = options.environments.length > 1 ? given : options.environment;
  return { path: entry.path, environment: environment === '' ? undefined : environment, inputs };
}

function keysOf(field: InputField | undefined): string {
  const own =
    field === undefined
      ? ''
      : field.isList
        ? 'Enter adds a member, on an empty line continues · Backspace takes the last one back · '
        : field.choices.length > 0
          ? '←→ choose · Enter continues · '
          : 'Enter continues · ';
  return `${own}↑↓ fields · Esc leaves the form`;
}

interface Made {
  readonly is: 'making' | 'ready' | 'wrong';
  readonly lines: readonly string[];
}

const words: Readonly<Record<Made['is'], string>> = {
  making: 'making the plan · Esc leaves',
  ready: 'this is the plan; nothing has been touched · Enter begins · ↓ PgDn scroll · ↑ inputs · Esc leaves',
  wrong: 'no plan can be made · ↑ inputs · Esc leaves',
};

/** Made when the inputs are complete. */
function usePlan(options: PickerOptions, picked: Picked | undefined): Made {
  const [made, setMade] = useState<Made>({ is: 'making', lines: [] });
  const wanted = picked === undefined ? '' : JSON.stringify(picked);
  useEffect(() => {
    let over = false;
    const show = (next: Made): void => {
      if (!over) setMade(next);
    };
    show({ is: 'making', lines: [] });
    if (wanted === '') return undefined;
    options.plan(JSON.parse(wanted) as Picked).then(
      (lines) => show({ is: 'ready', lines }),
      (problem: unknown) => show({ is: 'wrong', lines: (problem as Error).message.split('\n') }),
    );
    return () => {
      over = true;
    };
  }, [options, wanted]);
  return made;
}
