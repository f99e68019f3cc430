/**
 * Reading the value of a step that may have been skipped (`when`, `offer`) fails when it was: lint asks for a guard. A guard is
 * a mention of the step's `ok`, `state` or `changed` in the same condition or in a `when` in force, the same `when`, or standing in the same group.
 */
import type { Json } from '../core/model/value.ts';
import { escapePointer } from '../document/nodes.ts';
import type { Walked } from '../document/steps.ts';
import { isList, isMapping } from '../document/steps.ts';
import { choiceAround, conditionsOfChoice, isChoice, withoutBranches } from './choice.ts';
import type { Checked } from './finding.ts';
import { isBroken } from './finding.ts';

/** Read as conditions, and in the order in which a reader looks. */
const conditions = ['when', 'forEach', 'value', 'expect', 'until', 'abortWhen'] as const;
/** For people: what has not happened has a word there. */
const forPeople = new Set(['message', 'title', 'note', 'confirm', 'offer']);
const nested = new Set(['steps', 'then', 'undo', 'doneWhen']);

export function checkSkipped(checked: Checked): void {
  if (!checked.runbook.text.includes('steps.')) return;
  const byId = new Map(
    checked.steps.flatMap((one) => (one.id === undefined || one.role !== 'step' ? [] : [[one.id, one] as const])),
  );
  for (const reader of checked.steps)
    if (reader.role !== 'comms') for (const text of textsOf(reader)) reads(checked, byId, reader, text);
  for (const text of outputsOf(checked)) reads(checked, byId, undefined, text);
}

/** Without a reader: an output, after all steps. */
function reads(
  checked: Checked,
  byId: ReadonlyMap<string, Walked>,
  reader: Walked | undefined,
  [pointer, text, isCondition]: Text,
): void {
  if (!text.includes('steps.') || isBroken(checked, pointer)) return;
  const pattern = isCondition ? readsInCondition : readsInTemplate;
  for (const read of text.matchAll(pattern)) {
    const step = byId.get(read[1] ?? '');
    if (step === undefined || step.pointer === reader?.pointer) continue;
    const may = maySkip(checked, step, reader);
    if (may === undefined || guarded(checked, reader, isCondition ? text : '', step, may)) continue;
    const line = String(checked.runbook.at(may.at, 'key').line);
    checked.add(
      'expression/may-be-skipped',
      checked.runbook.atText(pointer, read.index + read[0].indexOf('steps'), read[0].length - read[0].indexOf('steps')),
      `"${step.id ?? ''}" may be skipped (line ${line}), then it has no value`,
      `guard it: steps.${step.id ?? ''}.ok && ..., or when: steps.${step.id ?? ''}.ok`,
    );
  }
}

const readsInCondition = /\bsteps\.([a-z][A-Za-z0-9_]*)\.(?:value|result)\b/g;
const readsInTemplate = /\{\{\s*steps\.([a-z][A-Za-z0-9_]*)\.(?:value|result)\b/g;

type Text = readonly [pointer: string, text: string, isCondition: boolean];

function textsOf(reader: Walked): readonly Text[] {
  const found: Text[] = [];
  const own = (json: Json | undefined, pointer: string, isCondition: boolean): void => {
    if (typeof json === 'string') found.push([pointer, json, isCondition]);
    else if (isList(json))
      json.forEach((one, index) => {
        own(one, `${pointer}/${String(index)}`, isCondition);
      });
    else if (isMapping(json))
      for (const [key, one] of Object.entries(json)) own(one, `${pointer}/${escapePointer(key)}`, isCondition);
  };
  for (const [at, source] of conditionsOfChoice(reader.step)) own(source, `${reader.pointer}${at}`, true);
  for (const [key, json] of Object.entries(withoutBranches(reader.step))) {
    // Options that are not conditions are texts for people.
    if (forPeople.has(key) || nested.has(key) || (key === 'options' && isChoice(reader.step))) continue;
    own(json, `${reader.pointer}/${key}`, (conditions as readonly string[]).includes(key));
  }
  return found;
}

function outputsOf({ runbook }: Checked): readonly Text[] {
  const declared = runbook.data['outputs'];
  if (!isMapping(declared)) return [];
  return Object.entries(declared).flatMap(([name, text]) =>
    typeof text === 'string' ? [[`/outputs/${escapePointer(name)}`, text, true] as const] : [],
  );
}

/** Why a step may have been skipped. */
interface May {
  /** Pointer of the key that says so: `when`, `offer`, or the name of an option. */
  readonly at: string;
  readonly when?: Json;
  /** What a guard may mention: `steps.pause.ok`, or the choice itself. */
  readonly guards: readonly string[];
}

const answers = String.raw`\.(?:ok|state|changed)\b`;

/** The step itself, or the nearest group around it that the reader is not in, that has `when` or `offer` or is an option. */
function maySkip(checked: Checked, step: Walked, reader: Walked | undefined): May | undefined {
  const around = [step.pointer, ...[...step.groups].reverse()].filter((pointer) => reader?.groups.includes(pointer) !== true);
  for (const pointer of around) {
    const one = checked.stepAt(pointer);
    const key = ['when', 'offer'].find((name) => one?.step[name] !== undefined);
    if (one !== undefined && key !== undefined) {
      const when = one.step['when'];
      return {
        at: `${pointer}/${key}`,
        guards: ids(step, one).map((id) => id + answers),
        ...(when === undefined ? {} : { when }),
      };
    }
    const choice = choiceAround(checked, pointer);
    // Options of something whose type is wrong: whether this is a choice is not known.
    if (choice !== undefined && !isChoice(choice.step)) return undefined;
    if (choice !== undefined)
      return { at: pointer, guards: [...ids(step).map((id) => id + answers), ...ids(choice).map((id) => `${id}\\.value\\b`)] };
  }
  return undefined;
}

const ids = (...steps: readonly Walked[]): readonly string[] => steps.flatMap(({ id }) => id ?? []);

function guarded(checked: Checked, reader: Walked | undefined, condition: string, step: Walked, may: May): boolean {
  const inForce = [reader, ...(reader?.groups ?? []).map((pointer) => checked.stepAt(pointer))]
    .map((one) => one?.step['when'])
    .filter((when) => typeof when === 'string');
  if (inForce.includes(may.when as string)) return true;
  const has = ids(step).map((id) => String.raw`\bhas\(\s*steps\.${id}\b`);
  const mention = new RegExp([...may.guards.map((guard) => String.raw`\bsteps\.${guard}`), ...has].join('|'));
  return [condition, ...inForce].some((text) => mention.test(text));
}
