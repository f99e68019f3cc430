import { Text } from 'ink';
import type { ReactElement } from 'react';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { Look } from '../theme.ts';
import { glyphs } from '../theme.ts';
import type { FormState } from './form-model.ts';
import { membersOf } from './form-model.ts';
import type { InputField } from './pick-model.ts';

const nameWidth = 20;

/** One input; of a text longer than its room the end is shown, where the typing is. */
export function FieldRow(props: {
  readonly field: InputField;
  readonly form: FormState;
  readonly active: boolean;
  readonly width: number;
  readonly look: Look;
}): ReactElement {
  const { field, form, active, width, look } = props;
  const stored = form.values[field.name] ?? '';
  const members = field.isList
    ? membersOf(stored)
        .map((one) => `[${one}] `)
        .join('')
    : '';
  const text = `${members}${active ? form.text : field.isList ? '' : stored}`;
  const room = Math.max(10, width - nameWidth - 6);
  const letters = Array.from(sanitize(text));
  const shown = letters.length > room ? `…${letters.slice(letters.length - room + 1).join('')}` : letters.join('');
  const fallback = field.initial === undefined ? ', required' : field.initial === '' ? '' : ` [${field.initial}]`;
  return (
    <Text wrap="truncate">
      {active ? '>' : ' '} {field.name.padEnd(nameWidth)} <Text inverse={active}>{glyphs(shown, look)} </Text>{' '}
      <Text dimColor>
        {field.choices.length === 0 ? field.type : `one of ${sanitize(field.choices.join(', '))}`}
        {sanitize(fallback)} {sanitize(field.description)}
      </Text>
    </Text>
  );
}
