/** What inputs and the fields of questions declare: a default that its own type, pattern or limits refuse would stop the run that relies on it. */
import { RE2JS } from 're2js';
import type { Json } from '../../core/model/value.ts';
import { escapePointer } from '../../document/nodes.ts';
import type { Mapping } from '../../document/steps.ts';
import { isList, isMapping } from '../../document/steps.ts';
import { boundOf, typeValue } from '../../plan/inputs.ts';
import { isSecretInput, notForSecrets } from '../../plan/secret-inputs.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';
import { describeType, describeValue } from '../schema-errors.ts';

export function checkDeclarations(checked: Checked): void {
  declarations(checked, checked.runbook.data['inputs'], '/inputs', 'input');
  for (const { step, pointer } of checked.steps)
    if (step['type'] === 'ask') declarations(checked, step['fields'], `${pointer}/fields`, 'field');
}

function declarations(checked: Checked, all: Json | undefined, pointer: string, noun: 'input' | 'field'): void {
  if (!isMapping(all)) return;
  for (const [name, one] of Object.entries(all)) {
    const at = `${pointer}/${escapePointer(name)}`;
    if (!isMapping(one) || typeof one['type'] !== 'string' || isBroken(checked, at) || isBroken(checked, `${at}/type`)) continue;
    if (isSecretInput(one)) secret(checked, one, at, noun);
    else declaration(checked, one, at);
  }
}

/** Nothing may be known of a secret beforehand, and nobody can answer with one: answers appear in the record. */
function secret(checked: Checked, one: Mapping, pointer: string, noun: 'input' | 'field'): void {
  if (noun === 'field') {
    checked.add(
      'input/secret',
      checked.runbook.at(`${pointer}/type`),
      'a question cannot ask for a secret: its answer is in the record',
      'declare it under `inputs`, where it is typed without an echo before the run begins',
    );
    return;
  }
  for (const key of notForSecrets)
    if (one[key] !== undefined)
      checked.add(
        'input/secret',
        checked.runbook.at(`${pointer}/${key}`, 'key'),
        `a secret cannot have "${key}"`,
        secretHints[key] ?? 'leave it out',
      );
}

const secretHints: Readonly<Record<string, string>> = {
  default: 'whoever starts the run gives it: env:VARIABLE, file:PATH, or typed when asked',
  neededBy: 'leave it out: secrets are there before the first step, so that nothing fails half way',
};

function declaration(checked: Checked, one: Mapping, pointer: string): void {
  const right = (key: string): boolean => one[key.split('/')[0] ?? key] !== undefined && !isBroken(checked, `${pointer}/${key}`);
  const wrong: string[] = [];
  const add = (key: string, code: string, message: string, hint?: string): void => {
    wrong.push(key.split('/')[0] ?? key);
    checked.add(code, checked.runbook.at(`${pointer}/${key}`), message, hint);
  };
  if (right('pattern') && typeof one['pattern'] === 'string' && !isPattern(one['pattern']))
    add('pattern', 'input/pattern', 'the pattern is not valid', 'RE2 syntax: no look-around, no back-references');
  if (right('of') && one['type'] !== 'list')
    add('of', 'input/limits', `of is for lists, and this is of type ${describeType(one['type'])}`);
  limits(one, right, add);
  members(one, right, add);
  // A wrong pattern or limit is the mistake; the default may be right.
  if (wrong.includes('min')) wrong.push('max');
  if (!right('default') || one['default'] === null) return;
  const typed = typeValue(one['default'] ?? null, without(one, wrong));
  if (!typed.ok)
    add('default', 'input/default', `the default ${typed.message}, and this is ${describeValue(one['default'])}`, typed.hint);
}

type Add = (key: string, code: string, message: string, hint?: string) => void;

function limits(one: Mapping, right: (key: string) => boolean, add: Add): void {
  const given = ['min', 'max'].filter(right);
  const first = given[0];
  if (first === undefined) return;
  if (one['type'] === 'boolean') return add(first, 'input/limits', `${first} has no meaning for true and false`);
  for (const key of given)
    if (boundOf(one[key], one) === undefined)
      return add(key, 'input/limits', `${describeValue(one[key])} is not a limit of a ${describeType(one['type'])}`);
  const [min, max] = ['min', 'max'].map((key) => boundOf(one[key], one));
  if (min !== undefined && max !== undefined && min > max)
    add('min', 'input/limits', 'the minimum is above the maximum', 'no value is possible');
}

/** Values of a list are compared one by one. */
function members(one: Mapping, right: (key: string) => boolean, add: Add): void {
  if (!right('enum') || !isList(one['enum'])) return;
  const type = one['type'] === 'list' ? (one['of'] ?? 'string') : (one['type'] ?? 'string');
  for (const [index, member] of one['enum'].entries()) {
    const typed = typeValue(member, { type });
    if ((typed.ok && typed.value === member) || !right(`enum/${String(index)}`)) continue;
    return add(
      `enum/${String(index)}`,
      'input/limits',
      typed.ok
        ? `no value is ever equal to ${describeValue(member)}`
        : `a value ${typed.message}, and this is ${describeValue(member)}`,
      typed.ok ? `write ${JSON.stringify(typed.value)}` : typed.hint,
    );
  }
}

const without = (one: Mapping, keys: readonly string[]): Mapping =>
  Object.fromEntries(Object.entries(one).filter(([key]) => !keys.includes(key)));

/** Plain letters, classes and counts are the same everywhere; the library that knows the rest is loaded for the rest. */
const plain = /^\^?(?:(?:[\w\s@:/-]|\\[dw.]|\[(?:0-9|a-z|A-Z|\w)+\])(?:[+*?](?![+*?{])|\{\d{1,3}\}(?![+*?{]))?)*\$?$/;

function isPattern(text: string): boolean {
  if (plain.test(text)) return true;
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}
