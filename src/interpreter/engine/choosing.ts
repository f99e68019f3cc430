/** What `choose` asks at its moment: which options are possible now, and which one the readings speak for. */
import type { Shown } from '../core/model/event.ts';
import type { Choice, Tree } from '../core/model/plan.ts';
import type { Fault, Json } from '../core/model/value.ts';
import { evaluate, verdict } from '../language/cel/condition.ts';
import type { Scope } from '../language/scope-type.ts';
import { isMapping } from './values.ts';

type Asked =
  | { readonly ok: true; readonly show: Pick<Shown, 'options' | 'about' | 'suggested'> }
  | { readonly ok: false; readonly fault: Fault };

/** `text`: renders a title or a note, masked. */
export function choosing(choice: Choice, scope: Scope, text: (tree: Tree | undefined) => string | undefined): Asked {
  const all = choice.from === undefined ? written(choice, scope, text) : listed(choice.from, scope);
  if (!all.ok) return all;
  const possible = all.options.filter((one) => one.not === undefined).map((one) => one.name);
  if (possible.length === 0)
    return failed(
      'no-option',
      `nothing can be chosen now${all.options.length === 0 ? ': the list is empty' : `: ${all.options.map(lineOf).join('; ')}`}`,
    );
  const suggestion: Suggestion = choice.suggest === undefined ? {} : suggested(choice.suggest, scope, possible);
  const about = [
    ...all.options.filter((one) => one.says !== '' || one.not !== undefined).map(lineOf),
    ...(suggestion.says === undefined ? [] : [suggestion.says]),
  ];
  return {
    ok: true,
    show: {
      options: possible,
      ...(about.length === 0 ? {} : { about }),
      ...(suggestion.name === undefined ? {} : { suggested: suggestion.name }),
    },
  };
}

interface Option {
  readonly name: string;
  /** Title and note. */
  readonly says: string;
  /** Why it cannot be chosen. */
  readonly not?: string;
}

const lineOf = ({ name, says, not }: Option): string =>
  `${name}${says === '' ? '' : `: ${says}`}${not === undefined ? '' : ` (not possible now: ${not})`}`;

type Options = { readonly ok: true; readonly options: readonly Option[] } | { readonly ok: false; readonly fault: Fault };

function written(choice: Choice, scope: Scope, text: (tree: Tree | undefined) => string | undefined): Options {
  return {
    ok: true,
    options: choice.options.map(({ name, title, note, when }) => {
      const says = [text(title), text(note)].filter((one) => one !== undefined).join('; ');
      const found = when === undefined ? undefined : verdict(when, scope);
      if (found === undefined || found.verdict === 'true') return { name, says };
      // What cannot be told is not offered: a way that needs a reading is not gone without it (L4).
      return { name, says, not: found.fault === undefined ? `${when ?? ''} does not hold` : found.fault.message };
    }),
  };
}

function listed(from: string, scope: Scope): Options {
  const found = evaluate(from, scope);
  if (!found.ok) return { ok: false, fault: found.fault };
  const names: readonly Json[] | undefined = Array.isArray(found.value)
    ? (found.value as readonly Json[])
    : isMapping(found.value)
      ? Object.keys(found.value)
      : undefined;
  if (names?.every((one) => typeof one === 'string' && one !== '') !== true)
    return failed('not-texts', 'a choice needs a list of texts, or a map');
  return { ok: true, options: [...new Set(names as readonly string[])].map((name) => ({ name, says: '' })) };
}

const failed = (code: string, message: string): { readonly ok: false; readonly fault: Fault } => ({
  ok: false,
  fault: { class: 'expression', code, message },
});

interface Suggestion {
  readonly name?: string;
  readonly says?: string;
}

/** A suggestion helps; without one the question is asked all the same. A list of exactly one counts as its element. */
function suggested(suggest: string, scope: Scope, possible: readonly string[]): Suggestion {
  const found = evaluate(suggest, scope);
  if (!found.ok) return { says: `no suggestion: ${found.fault.message}` };
  const value = Array.isArray(found.value) && found.value.length === 1 ? (found.value as readonly Json[])[0] : found.value;
  if (typeof value !== 'string') return { says: 'no suggestion: the readings do not single one out' };
  if (!possible.includes(value)) return { says: `no suggestion: the readings speak for ${value}, which cannot be chosen now` };
  return { name: value, says: `suggested: ${value}` };
}
