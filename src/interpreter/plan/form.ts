/** Forms: what `ask` asks for. Its fields are declared, typed, checked and given their defaults exactly as inputs are. */
import { duplicateKey, parseExactJson } from '../core/model/json.ts';
import type { Json, Value } from '../core/model/value.ts';
import { pointerOf } from '../language/value.ts';
import { typeInputs } from './inputs.ts';
import type { Mapping } from './json.ts';
import { isArray, isMapping, mappingOf, shownText, textOf } from './json.ts';
import type { Problem } from './problem.ts';

export type TypedForm = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string };

/** All fields of a form. Anything but a mapping of fields is refused. */
export function typeForm(fields: Json | undefined, given: Json | undefined): TypedForm {
  if (!isMapping(given)) return { ok: false, why: `the answer must be a value for each of: ${fieldNames(fields).join(', ')}` };
  const typed = typeInputs(fields, given, 'field');
  if (typed.problems.length > 0) return { ok: false, why: typed.problems.map(problemText).join('; ') };
  const values = Object.entries(typed.values);
  const json = Object.fromEntries(values.map(([name, one]) => [name, one.json ?? null]));
  const int64 = values.flatMap(([name, one]) => (one.int64 ?? []).map((pointer) => `${pointerOf('', name)}${pointer}`));
  return { ok: true, value: int64.length === 0 ? { json } : { json, int64 } };
}

/** Why a text cannot be the value of one field; undefined: it can. */
export function fieldProblem(fields: Json | undefined, name: string, text: string): string | undefined {
  const [problem] = typeInputs({ [name]: mappingOf(fields)[name] ?? null }, { [name]: text }, 'field').problems;
  return problem === undefined ? undefined : problemText(problem).replace(`field "${name}": `, '');
}

export const problemText = ({ message, hint }: Problem): string => `${message}${hint === undefined ? '' : ` (${hint})`}`;

/** Names of the fields, in the order in which they are asked for. */
export const fieldNames = (fields: Json | undefined): readonly string[] => Object.keys(mappingOf(fields));

/** An empty line takes the default of a field that has one. */
export function fieldText(fields: Json | undefined, name: string, text: string): string {
  const fallback = declarationOf(fields, name)['default'];
  return text === '' && fallback !== undefined && fallback !== null ? shownText(fallback) : text;
}

/** One text for a whole form: JSON of all its fields, else the value of the only (or first) one. */
export function formOf(fields: Json | undefined, text: string): Readonly<Record<string, Json>> {
  const [first = ''] = fieldNames(fields);
  return jsonForm(fields, text) ?? { [first]: fieldText(fields, first, text) };
}

/** The same, typed. JSON that gives a field twice is refused, as an input file is. */
export function typeFormText(fields: Json | undefined, text: string): TypedForm {
  const twice = jsonForm(fields, text) === undefined ? undefined : duplicateKey(text);
  return twice === undefined ? typeForm(fields, formOf(fields, text)) : { ok: false, why: `"${twice}" is given twice` };
}

/** Undefined: the text is the value of the first field, and no JSON of the form. */
function jsonForm(fields: Json | undefined, text: string): Mapping | undefined {
  const [first = '', ...others] = fieldNames(fields);
  const read = text.startsWith('{') ? mappingIn(text) : undefined;
  const isText = others.length === 0 && ['string', 'text', undefined].includes(textOf(declarationOf(fields, first)['type']));
  // A text that happens to be JSON is still the text that was asked for.
  return read !== undefined && (!isText || Object.hasOwn(read, first)) ? read : undefined;
}

function mappingIn(text: string): Mapping | undefined {
  try {
    const { json } = parseExactJson(text);
    return isMapping(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

const declarationOf = (fields: Json | undefined, name: string): Mapping => {
  const declared = mappingOf(fields)[name];
  return isMapping(declared) ? declared : {};
};

/** What a field takes, for whoever fills it in: `count: integer 1 to 5 [3]`. */
export function fieldWords(fields: Json | undefined, name: string): string {
  const declared = declarationOf(fields, name);
  const fallback = declared['default'];
  const words = [typeWords(declared), limitWords(declared), fallback === undefined ? '' : `[${shownText(fallback)}]`]
    .filter((one) => one !== '')
    .join(' ');
  const about = textOf(declared['description']);
  return `${name}${about === undefined ? '' : ` (${about})`}${words === '' ? '' : `: ${words}`}`;
}

function typeWords(declared: Mapping): string {
  const allowed = declared['enum'];
  if (isArray(allowed)) return `one of ${allowed.map(shownText).join(', ')}`;
  const type = textOf(declared['type']) ?? 'string';
  const of = textOf(declared['of']);
  if (type === 'list') return `list${of === undefined ? '' : ` of ${of}`}`;
  return type === 'string' || type === 'text' ? '' : type;
}

/** Limits of texts and lists are of their length. */
function limitWords(declared: Mapping): string {
  const pattern = textOf(declared['pattern']);
  const unit = { string: ' characters', text: ' characters', list: ' members' }[textOf(declared['type']) ?? 'string'] ?? '';
  const [min, max] = [declared['min'], declared['max']].map((one) => (one === undefined ? undefined : shownText(one)));
  const range =
    min !== undefined && max !== undefined
      ? `${min} to ${max}${unit}`
      : min !== undefined
        ? `at least ${min}${unit}`
        : max !== undefined
          ? `at most ${max}${unit}`
          : '';
  return [range, pattern === undefined ? '' : `like ${pattern}`].filter((one) => one !== '').join(' ');
}
