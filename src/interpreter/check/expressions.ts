/** Conditions and templates: every CEL leaf and every `{{path}}` against the types in force at its place. */
import type { Json } from '../core/model/value.ts';
import type { Walked } from '../document/steps.ts';
import { isList, isMapping, turnsExpression } from '../document/steps.ts';
import { escapePointer } from '../document/nodes.ts';
import type { JsonSchema } from '../language/cel/condition.ts';
import { checkExpression } from '../language/cel/condition.ts';
import { currentStepSchema } from '../language/cel/roots.ts';
import { covers } from '../language/scaling.ts';
import { sinkOf } from '../language/sinks/judge.ts';
import { templateIn } from '../language/template/raw.ts';
import { parseMessage, parseTemplate } from '../language/template/template.ts';
import { besideOf } from './beside.ts';
import { checkInputType } from './calls.ts';
import { conditionsOfChoice, withoutBranches } from './choice.ts';
import { checkDocumentTexts } from './document-texts.ts';
import type { Checked } from './finding.ts';
import { isBroken, isMeant, isMisspelt } from './finding.ts';
import { checkCondition, checkTurns } from './one-condition.ts';
import { checkPath } from './one-path.ts';
import { checkQueryPlaces } from './query-places.ts';
import { isUnsure } from './unsure.ts';
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

/** Of `item` outside of forEach a step is told once: the forEach is what is missing. */
function withOneItem(checked: Checked): Checked {
  let told = false;
  return {
    ...checked,
    add: (code, where, message, ...rest) => {
      const isItem = /^(?:template|expression)\/unknown-name$/.test(code) && /"item"/.test(message);
      if (!(isItem && told)) checked.add(code, where, message, ...rest);
      told ||= isItem;
    },
  };
}

export function checkExpressions(document: Checked): void {
  // Most documents and most steps read nothing: what could be read is put together when the first expression asks.
  let rootsOfDocument: Roots | undefined;
  const shared = (): Roots => (rootsOfDocument ??= documentRoots(document));
  const areItemsRead = document.runbook.text.includes('item');
  const areRead = /\bsteps\s*[.[]/.test(document.runbook.text);
  const records: Record<string, JsonSchema> = {};
  const turns = createTurns(document);
  const items = new Map<string, JsonSchema>();
  for (const walked of document.steps) {
    const checked = areItemsRead ? withOneItem(document) : document;
    if (isBroken(checked, walked.pointer)) {
      if (walked.id !== undefined) records[walked.id] = anything;
      continue;
    }
    let rootsOfStep: Roots | undefined;
    const roots = (): Roots =>
      (rootsOfStep ??= {
        ...shared(),
        steps: stepsRoot(
          late(walked)
            ? { ...knownSteps(document), ...records }
            : withoutBeside(document, walked, turns.seenFrom(walked, records)),
        ),
        ...itemRoots(walked, checked, items),
        step: currentStepSchema(anything),
      });
    if (walked.step['forEach'] !== undefined) items.set(walked.pointer, itemSchema(walked.step['forEach'], roots));
    rootsOfStep = undefined;
    const { result, value } = isUnsure(checked, walked) ? { result: anything, value: anything } : resultOf(checked, walked.step);
    const principal = conditionsOf(checked, walked, roots, result, value);
    templates(checked, walked, roots);
    if (walked.id === undefined || !areRead) continue;
    const record = recordSchema(walked, principal, result, false);
    turns.add(walked, record);
    records[walked.id] = turns.around(walked).length === 0 ? record : recordSchema(walked, principal, result, true);
  }
  checkDocumentTexts(document, shared, () => stepsRoot(records));
}

/** Checks the conditions of a step; returns the type of its value, narrowed by `value:`. */
function conditionsOf(
  checked: Checked,
  { step, pointer }: Walked,
  roots: () => Roots,
  result: JsonSchema,
  value: JsonSchema,
): JsonSchema {
  const narrowed = isMeant(checked, pointer, 'value')
    ? anything
    : step['value'] === undefined
      ? value
      : narrowedOf(step, { ...roots(), result }, value);
  if (step['value'] !== undefined) checkCondition(checked, step['value'], `${pointer}/value`, { ...roots(), result }, 'any');
  if (step['forEach'] !== undefined) checkTurns(checked, step['forEach'], `${pointer}/forEach`, roots());
  for (const key of conditions) {
    const source = step[key];
    if (source === undefined) continue;
    const inForce: Roots = key === 'when' ? roots() : { ...roots(), result, value: narrowed };
    if (isList(source))
      source.forEach((one, index) => {
        checkCondition(checked, one, `${pointer}/${key}/${String(index)}`, inForce, 'bool');
      });
    else checkCondition(checked, source, `${pointer}/${key}`, inForce, 'bool');
  }
  for (const [at, source, wanted] of conditionsOfChoice(step))
    checkCondition(checked, source, `${pointer}${at}`, roots(), wanted);
  return narrowed;
}

/**
 * A step inside a group's forEach: within the same turn its record is that turn's, from outside it is a collection by item. Here are the records
 * of turns, for readers that appear in the same groups.
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

/** What runs beside the reader may not have been done yet. */
function withoutBeside(
  checked: Checked,
  walked: Walked,
  records: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, JsonSchema>> {
  const beside = besideOf(checked, walked);
  if (beside.size === 0) return records;
  return Object.fromEntries(Object.entries(records).filter(([id]) => !beside.has(id)));
}

/** Messages, guards and what runs at the end may read every step. */
const late = (walked: Walked): boolean => ['comms', 'watch', 'finally', 'postmortem'].includes(walked.lane);

function knownSteps(checked: Checked): Readonly<Record<string, JsonSchema>> {
  const all: Record<string, JsonSchema> = {};
  for (const { id } of checked.steps) if (id !== undefined) all[id] = anything;
  return all;
}

/** The records are shared, not copied: they hold the steps before the reader while its expressions are checked, and a copy for each step would be quadratic. */
const stepsRoot = (records: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties: records,
  additionalProperties: false,
});

/** `item` (or its own name) inside forEach, of the step itself or of a group around it. */
function itemRoots(walked: Walked, checked: Checked, items: ReadonlyMap<string, JsonSchema>): Roots {
  const around = [...walked.groups.map((pointer) => checked.stepAt(pointer)), ownerOf(walked, checked), walked];
  const roots: Record<string, JsonSchema> = {};
  for (const one of around) {
    const step = one?.step;
    if (one === undefined || (step?.['forEach'] === undefined && !isMeant(checked, one.pointer, 'forEach'))) continue;
    const item = items.get(one.pointer) ?? anything;
    roots['item'] = item;
    if (typeof step?.['as'] === 'string') roots[step['as']] = item;
  }
  return roots;
}

/** A step of an undo list and a probe belong to the turn of their step. */
const ownerOf = ({ pointer }: Walked, checked: Checked): Walked | undefined => {
  const owner = /^(.*)\/(?:undo(?:\/\d+)?|doneWhen)$/.exec(pointer)?.[1];
  return owner === undefined ? undefined : checked.stepAt(owner);
};

/** What the expression makes. */
function itemSchema(forEach: Json, roots: () => Roots): JsonSchema {
  const over = turnsExpression(forEach);
  if (over === undefined) return anything;
  const found = checkExpression(over, roots(), 'list');
  const made = found.ok ? found.schema['items'] : undefined;
  return isMapping(made) ? made : anything;
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
    if (forbidden.some((pattern) => covers(pattern, pointer))) {
      const braces = templateIn(source);
      if (braces >= 0)
        checked.add(
          'template/forbidden',
          place(braces, 2),
          'no template is possible inside this text',
          'pass the value by `env:`, as an argument or as a parameter; braces of the text itself are written \\{{, or stand between {{{{raw}}}} and {{{{/raw}}}}',
        );
      return;
    }
    const kind = manifest === undefined ? undefined : sinkOf(manifest, pointer);
    if (kind === 'promql' || kind === 'postgresql') checkQueryPlaces(checked, kind, source, place, roots);
    const message =
      (walked.role === 'comms' && ['/message', '/title'].includes(pointer)) || manifest?.messageAt?.includes(pointer) === true;
    const parsed = message ? parseMessage(source) : parseTemplate(source);
    if (!parsed.ok) {
      checked.add('template/syntax', place(parsed.offset, 2), parsed.message, parsed.hint);
      return;
    }
    for (const one of parsed.paths) {
      const where = place(one.offset, one.length);
      const schema = checkPath(checked, one.path, where, roots(), pointer, manifest?.secretAt ?? []);
      const isAlone = parsed.paths.length === 1 && /^\{\{[^}]*\}\}$/.test(source);
      if (isAlone && schema !== undefined && manifest?.kind === 'call')
        checkInputType(checked, walked.step, pointer, where, schema);
    }
  };
  for (const [key, json] of Object.entries(withoutBranches(walked.step)))
    if (!notTemplates.has(key) && !isMisspelt(checked, walked.pointer, key)) visit(json, `/${escapePointer(key)}`);
}
