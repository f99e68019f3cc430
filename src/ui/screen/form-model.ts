/** A form being filled in: which field, what is in each, what is wrong. Pure; keys that arrive together are taken one after the other. */
import type { Key } from 'ink';
import type { InputField } from './pick-model.ts';
import { edited } from './use-line.ts';

export interface FormState {
  /** Index of the field; beyond the last one the form is complete. */
  readonly at: number;
  /** Members of a list are parted by commas, as on the command line. */
  readonly values: Readonly<Record<string, string>>;
  /** What is typed now: of a list, the member to come. */
  readonly text: string;
  readonly wrong: string;
}

/** Why a text cannot be the value of a field; undefined: it can. */
export type FieldCheck = (field: InputField, text: string) => string | undefined;

export function emptyForm(fields: readonly InputField[]): FormState {
  const values = Object.fromEntries(fields.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial]])));
  return at({ at: 0, values, text: '', wrong: '' }, fields, 0);
}

export const membersOf = (value: string | undefined): readonly string[] =>
  value === undefined || value === '' ? [] : value.split(',').map((one) => one.trim());

/** Letters and erasures; a line break that comes with them is Enter. */
export function afterTyping(
  state: FormState,
  fields: readonly InputField[],
  input: string,
  key: Key,
  check: FieldCheck,
): FormState {
  const [first = '', ...rest] = input.split(/\r\n?|\n/);
  let next = inLine(state, fields, first, key);
  for (const text of rest) next = inLine(entered(next, fields, check), fields, text, key);
  return next;
}

function inLine(state: FormState, fields: readonly InputField[], input: string, key: Key): FormState {
  const field = fields[state.at];
  if (field === undefined) return state;
  const erases = key.backspace || key.delete || input === '\u007f' || (key.ctrl && input === 'u');
  if (field.isList && state.text === '' && erases) {
    const members = membersOf(state.values[field.name]);
    const kept = key.ctrl ? [] : members.slice(0, -1);
    return {
      ...state,
      wrong: '',
      text: key.ctrl ? '' : (members.at(-1) ?? ''),
      values: { ...state.values, [field.name]: kept.join(',') },
    };
  }
  return { ...state, wrong: '', text: edited(state.text, input, key) };
}

/** Takes what is typed and goes to the next field. A list takes members until an empty line. */
export function entered(state: FormState, fields: readonly InputField[], check: FieldCheck): FormState {
  const field = fields[state.at];
  if (field === undefined) return state;
  const value = valueOf(state, field, true);
  const wrong = check(field, value);
  if (wrong !== undefined) return { ...state, wrong };
  const values = { ...state.values, [field.name]: value };
  if (field.isList && state.text !== '') return { ...state, values, text: '', wrong: '' };
  return at({ ...state, values }, fields, state.at + 1);
}

/** Up and down keep what is typed; whether it is right is asked at Enter, and of the whole when the plan is made. */
export function moved(state: FormState, fields: readonly InputField[], by: number): FormState {
  const field = fields[state.at];
  const kept =
    field === undefined ? state : { ...state, values: { ...state.values, [field.name]: valueOf(state, field, false) } };
  return at(kept, fields, Math.max(0, Math.min(fields.length, state.at + by)));
}

/** The next of the values that a field can have. */
export function cycled(state: FormState, fields: readonly InputField[], by: number): FormState {
  const choices = fields[state.at]?.choices ?? [];
  if (choices.length === 0) return state;
  const from = choices.indexOf(state.text);
  const next = from < 0 ? (by > 0 ? 0 : choices.length - 1) : (from + by + choices.length) % choices.length;
  return { ...state, wrong: '', text: choices[next] ?? '' };
}

function valueOf({ values, text }: FormState, field: InputField, takesDefault: boolean): string {
  const before = field.isList ? membersOf(values[field.name]) : [];
  const value = [...before, ...(text === '' ? [] : [text])].join(',');
  return value === '' && takesDefault ? (field.initial ?? '') : value;
}

function at(state: FormState, fields: readonly InputField[], to: number): FormState {
  const field = fields[to];
  const text = field === undefined || field.isList ? '' : (state.values[field.name] ?? '');
  return { ...state, at: to, text, wrong: '' };
}
