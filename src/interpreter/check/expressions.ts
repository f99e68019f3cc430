/** Conditions and templates: every CEL leaf and every `{{path}}` against the types in force at its place. */
import type { Json } from '../core/value.ts';
import type { Walked } from '../document/steps.ts';
import { isList, isMapping } from '../document/steps.ts';
import { escapePointer } from '../document/nodes.ts';
import { checkExpression } from '../language/condition.ts';
import type { JsonSchema } from '../language/condition.ts';
import { parseMessage, parseTemplate } from '../language/template.ts';
import { suggestion } from '../language/suggest.ts';
import { conditionsOfChoice, withoutBranches } from './choice.ts';
import type { Checked } from './finding.ts';
import { isBroken } from './finding.ts';
import type { Roots } from './types.ts';
import { anything, documentRoots, narrowedOf, recordSchema, resultOf } from './types.ts';

const conditions: readonly string[] = ['when', 'expect', 'until', 'abortWhen'];
const notTemplates = new Set([
  ...conditions,
  'value',
  'forEach',
  'steps',
  'then',
  'undo',
  'doneWhen',
  'id',
  'type',
  'as',
  'needs',
  'of',
  'at',
  'attach',
]);

export function checkExpressions(checked: Checked): void {
  const shared = documentRoots(checked);
  const records: Record<string, JsonSchema> = {};
  const turns = createTurns(checked);
  const known = knownSteps(checked);
  for (const walked of checked.steps) {
    if (isBroken(checked, walked.pointer)) {
      if (walked.id !== undefined) records[walked.id] = anything;
      continue;
    }
    // Most steps read nothing: what they could read is put together when the first expression asks.
    let rootsOfStep: Roots | undefined;
    const roots = (): Roots =>
      (rootsOfStep ??= {
        ...shared,
        steps: stepsRoot(late(walked) ? known : turns.seenFrom(walked, records)),
        ...itemRoots(walked, checked),
        step: anything,
      });
    const { result, value } = resultOf(checked, walked.step);
    const principal = conditionsOf(checked, walked, roots, result, value);
    templates(checked, walked, roots);
    if (walked.id === undefined) continue;
    const record = recordSchema(walked, principal, result, false);
    turns.add(walked, record);
    records[walked.id] = turns.around(walked).length === 0 ? record : recordSchema(walked, principal, result, true);
  }
}

/** Checks the conditions of a step; returns the type of its value, narrowed by `value:`. */
function conditionsOf(
  checked: Checked,
  { step, pointer }: Walked,
  roots: () => Roots,
  result: JsonSchema,
  value: JsonSchema,
): JsonSchema {
  const narrowed = step['value'] === undefined ? value : narrowedOf(step, { ...roots(), result }, value);
  if (step['value'] !== undefined) condition(checked, step['value'], `${pointer}/value`, { ...roots(), result }, 'any');
  if (step['forEach'] !== undefined) condition(checked, step['forEach'], `${pointer}/forEach`, roots(), 'list');
  for (const key of conditions) {
    const source = step[key];
    if (source === undefined) continue;
    const inForce: Roots = key === 'when' ? roots() : { ...roots(), result, value: narrowed };
    if (isList(source))
      source.forEach((one, index) => {
        condition(checked, one, `${pointer}/${key}/${String(index)}`, inForce, 'bool');
      });
    else condition(checked, source, `${pointer}/${key}`, inForce, 'bool');
  }
  for (const [at, source, wanted] of conditionsOfChoice(step)) condition(checked, source, `${pointer}${at}`, roots(), wanted);
  return narrowed;
}

/**
 * A step inside a group's forEach: within the same turn its record is that turn's, from outside it is a collection by item. Here are the records
 * of turns, for readers that stand in the same groups.
 */
function createTurns(checked: Checked): {
  around(walked: Walked): readonly string[];
  add(walked: Walked, record: JsonSchema): void;
  seenFrom(reader: Walked, outside: Readonly<Record<string, JsonSchema>>): Readonly<Record<string, JsonSchema>>;
} {
  const repeated = new Set(
    checked.steps.filter((one) => one.step['forEach'] !== undefined && isList(one.step['steps'])).map((one) => one.pointer),
  );
  const around = (walked: Walked): readonly string[] => walked.groups.filter((pointer) => repeated.has(pointer));
  const inTurns: { readonly id: string; readonly groups: readonly string[]; readonly record: JsonSchema }[] = [];
  return {
    around,
    add: (walked, record) => {
      const groups = around(walked);
      if (groups.length > 0 && walked.id !== undefined) inTurns.push({ id: walked.id, groups, record });
    },
    seenFrom: (reader, outside) => {
      const same = inTurns.filter((one) => one.groups.every((pointer) => reader.groups.includes(pointer)));
      return same.length === 0 ? outside : { ...outside, ...Object.fromEntries(same.map((one) => [one.id, one.record])) };
    },
  };
}

/** Messages, guards and what runs at the end may read every step. */
const late = (walked: Walked): boolean => ['comms', 'watch', 'finally', 'postmortem'].includes(walked.lane);

function knownSteps(checked: Checked): Readonly<Record<string, JsonSchema>> {
  const all: Record<string, JsonSchema> = {};
  for (const { id } of checked.steps) if (id !== undefined) all[id] = anything;
  return all;
}

/** The records are no copy: they hold the steps before the reader while its expressions are checked, and a copy for each step would be quadratic. */
const stepsRoot = (records: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties: records,
  additionalProperties: false,
});

/** `item` (or its own name) inside forEach, of the step itself or of a group around it. */
function itemRoots(walked: Walked, checked: Checked): Roots {
  const around = [...walked.groups.map((pointer) => checked.stepAt(pointer)?.step), walked.step];
  const roots: Record<string, JsonSchema> = {};
  for (const step of around) {
    if (step?.['forEach'] === undefined) continue;
    roots['item'] = anything;
    if (typeof step['as'] === 'string') roots[step['as']] = anything;
  }
  return roots;
}

function condition(checked: Checked, source: Json, pointer: string, roots: Roots, wanted: 'bool' | 'list' | 'any'): void {
  if (typeof source !== 'string') return;
  if (source.trim() === '') {
    checked.add(
      'expression/empty',
      checked.runbook.at(pointer),
      'the condition is empty',
      'write an expression, or remove the key',
    );
    return;
  }
  if (source.includes('{{')) {
    checked.add(
      'expression/template',
      checked.runbook.atText(pointer, source.indexOf('{{'), 2),
      'a condition is no template',
      `write the path without braces: ${source.replaceAll(/\{\{\s*|\s*\}\}/g, '')}`,
    );
    return;
  }
  const found = checkExpression(source, roots, wanted);
  if (found.ok) return;
  for (const issue of found.issues) {
    const hint = laterStep(checked, issue.message) ?? issue.hint;
    checked.add(`expression/${issue.code}`, checked.runbook.atText(pointer, issue.offset, issue.length), issue.message, hint);
  }
}

/** A step that exists but comes later is not a misspelling. */
function laterStep(checked: Checked, message: string): string | undefined {
  const name = /"([A-Za-z0-9_]+)"/.exec(message)?.[1];
  const step = name === undefined ? undefined : checked.steps.find((one) => one.id === name);
  if (step === undefined || !/step|field|name/.test(message)) return undefined;
  return `the step "${name ?? ''}" comes later, at line ${String(checked.runbook.at(`${step.pointer}/id`).line)}`;
}

function templates(checked: Checked, walked: Walked, roots: () => Roots): void {
  const manifest = typeof walked.step['type'] === 'string' ? checked.registry.get(walked.step['type'])?.manifest : undefined;
  const forbidden = manifest?.forbidTemplateAt ?? [];
  const visit = (json: Json, pointer: string): void => {
    if (typeof json === 'string') {
      if (json.includes('{{')) leaf(json, pointer);
    } else if (isList(json))
      json.forEach((one, index) => {
        visit(one, `${pointer}/${String(index)}`);
      });
    else if (isMapping(json)) for (const [key, one] of Object.entries(json)) visit(one, `${pointer}/${escapePointer(key)}`);
  };
  const leaf = (source: string, pointer: string): void => {
    const at = `${walked.pointer}${pointer}`;
    const place = (offset: number, length: number): ReturnType<Checked['runbook']['at']> =>
      checked.runbook.atText(at, offset, length);
    if (forbidden.includes(pointer)) {
      checked.add(
        'template/forbidden',
        place(source.indexOf('{{'), 2),
        'no template is possible inside this text',
        'pass the value by `env:`, as an argument or as a parameter',
      );
      return;
    }
    const message =
      (walked.role === 'comms' && ['/message', '/title'].includes(pointer)) || manifest?.messageAt?.includes(pointer) === true;
    const parsed = message ? parseMessage(source) : parseTemplate(source);
    if (!parsed.ok) {
      checked.add('template/syntax', place(parsed.offset, 2), parsed.message, parsed.hint);
      return;
    }
    for (const one of parsed.paths)
      path(checked, one.path, place(one.offset, one.length), roots(), pointer, manifest?.secretAt ?? []);
  };
  for (const [key, json] of Object.entries(withoutBranches(walked.step)))
    if (!notTemplates.has(key)) visit(json, `/${escapePointer(key)}`);
}

function path(
  checked: Checked,
  names: readonly string[],
  where: ReturnType<Checked['runbook']['at']>,
  roots: Roots,
  pointer: string,
  secretAt: readonly string[],
): void {
  const [root = '', ...rest] = names;
  if (root === 'secrets') {
    const allowed = secretAt.some((one) => new RegExp(`^${one.replaceAll('*', '[^/]+')}$`).test(pointer));
    if (!allowed)
      checked.add(
        'template/secret',
        where,
        'a secret is not allowed here',
        secretAt.length === 0 ? 'this step type takes no secrets' : `allowed at ${secretAt.join(', ')}`,
      );
    return;
  }
  if (root === 'alert') return;
  let schema: JsonSchema | undefined = Object.hasOwn(roots, root) ? roots[root] : undefined;
  if (schema === undefined) {
    const hint = root === 'item' ? 'item exists only inside forEach' : suggestion(root, Object.keys(roots));
    checked.add('template/unknown-name', where, `there is no "${root}"`, hint);
    return;
  }
  for (const name of rest) {
    const properties: Json | undefined = isMapping(schema) ? schema['properties'] : undefined;
    if (!isMapping(properties)) return;
    if (!Object.hasOwn(properties, name)) {
      if (schema['additionalProperties'] !== false) return;
      const hint = laterStep(checked, `step "${name}"`) ?? suggestion(name, Object.keys(properties));
      checked.add(
        'template/unknown-name',
        where,
        `there is no "${name}" in ${names.slice(0, names.indexOf(name)).join('.')}`,
        hint,
      );
      return;
    }
    schema = properties[name] as JsonSchema;
  }
}
