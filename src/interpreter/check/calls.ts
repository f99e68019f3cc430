/** Steps that call another runbook: it is there, without errors and without a circle, and gets the inputs and targets that it declares. */
import { readingLanes } from '../core/model/plan.ts';
import type { Json } from '../core/model/value.ts';
import type { Runbook } from '../document/load.ts';
import { escapePointer } from '../document/nodes.ts';
import type { Mapping, Walked } from '../document/steps.ts';
import { isMapping, walkSteps } from '../document/steps.ts';
import type { Type } from '../language/cel/types.ts';
import { isSecretSchema, nameOfType, schemaOfInput, typeOf } from '../language/cel/types.ts';
import type { JsonSchema } from '../language/cel/types.ts';
import { suggestion } from '../language/suggest.ts';
import { declaredTargets } from '../plan/targets.ts';
import { typeValue } from '../plan/inputs.ts';
import { isSecretInput } from '../plan/secret-inputs.ts';
import type { Position } from '../port/step-type.ts';
import type { Checked } from './finding.ts';
import { isBroken } from './finding.ts';

/** Finds a runbook by its id; undefined: there is none. */
export type FindRunbook = (id: string) => Runbook | undefined;

export const isCall = (step: Mapping): boolean => step['type'] === 'runbook' && typeof step['run'] === 'string';

/** The runbook that a step calls, where it is known. */
export const calledBy = ({ find }: Checked, step: Mapping): Runbook | undefined =>
  isCall(step) ? find?.(String(step['run'])) : undefined;

const readingOnly: ReadonlySet<string> = new Set(readingLanes);

export function checkCalls(checked: Checked): void {
  for (const walked of checked.steps) {
    const { step, pointer } = walked;
    if (step['type'] !== 'runbook' || isBroken(checked, pointer) || isBroken(checked, `${pointer}/run`)) continue;
    if (walked.role !== 'step' || walked.lane === 'watch' || walked.lane === 'postmortem') {
      checked.add(
        'call/place',
        checked.runbook.at(`${pointer}/type`),
        'a runbook cannot be called here',
        'call it in `steps:`, `containment:`, `validations:`, `finally:` or a section of reads',
      );
      checked.broken.add(pointer);
    } else if (checked.find !== undefined && isCall(step)) checkCall(checked, walked, checked.find);
  }
}

function checkCall(checked: Checked, walked: Walked, find: FindRunbook): void {
  const { step, pointer } = walked;
  const id = String(step['run']);
  const called = find(id);
  const at = checked.runbook.at(`${pointer}/run`);
  if (called === undefined) {
    checked.add('call/unknown', at, `there is no runbook "${id}"`, 'it is looked for beside this file and in the catalogue');
    checked.broken.add(pointer);
    return;
  }
  const circle = circleOf(checked.runbook, called, find);
  if (circle !== undefined) {
    checked.add('call/circle', at, `runbooks call each other in a circle: ${circle.join(' -> ')}`, 'remove one of the calls');
    checked.broken.add(pointer);
    return;
  }
  inputs(checked, walked, called);
  targets(checked, walked, called);
  isPossible(checked, walked, called);
}

/** From this runbook by way of the called one back to this one, or a circle further inside. */
function circleOf(from: Runbook, called: Runbook, find: FindRunbook): readonly string[] | undefined {
  // Each runbook once: two calls in each of twenty make a million ways.
  const cleared = new Set<Runbook>();
  const visit = (runbook: Runbook, chain: readonly string[]): readonly string[] | undefined => {
    const seen = chain.indexOf(runbook.id);
    if (seen >= 0) return [...chain.slice(seen), runbook.id];
    if (cleared.has(runbook)) return undefined;
    for (const { step } of walkSteps(runbook.data)) {
      const next = isCall(step) ? find(String(step['run'])) : undefined;
      const found = next === undefined ? undefined : visit(next, [...chain, runbook.id]);
      if (found !== undefined) return found;
    }
    cleared.add(runbook);
    return undefined;
  };
  return visit(called, [from.id]);
}

function inputs(checked: Checked, { step, pointer }: Walked, called: Runbook): void {
  const declared = isMapping(called.data['inputs']) ? called.data['inputs'] : {};
  const given = isMapping(step['inputs']) ? step['inputs'] : {};
  for (const [name, value] of Object.entries(given)) {
    const where = `${pointer}/inputs/${escapePointer(name)}`;
    const declaration = declared[name];
    if (declaration === undefined) {
      const hint = suggestion(name, Object.keys(declared)) ?? `its inputs: ${Object.keys(declared).join(', ') || 'none'}`;
      checked.add('call/input', checked.runbook.at(where, 'key'), `${called.id} has no input "${name}"`, hint);
    } else if (
      isMapping(declaration) &&
      isSecretInput(declaration) !== isSecret(value) &&
      !isTemplate(value, 'inputs|steps|item')
    ) {
      secrecy(checked, checked.runbook.at(where), called, name, declaration);
    } else if (isMapping(declaration) && !isSecretInput(declaration) && !JSON.stringify(value).includes('{{')) {
      const typed = typeValue(value, declaration);
      if (!typed.ok)
        checked.add('call/input', checked.runbook.at(where), `the input "${name}" of ${called.id} ${typed.message}`, typed.hint);
    }
  }
  const missing = Object.entries(declared).filter(
    ([name, one]) => given[name] === undefined && isMapping(one) && one['default'] === undefined && one['neededBy'] === undefined,
  );
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name).join(', ');
  checked.add(
    'call/input',
    checked.runbook.at(`${pointer}/run`),
    `${called.id} needs the input${missing.length === 1 ? '' : 's'} ${names}`,
    `add them: inputs: { ${missing.map(([name]) => `${name}: ...`).join(', ')} }`,
  );
}

const isTemplate = (value: Json, roots: string): boolean =>
  typeof value === 'string' && new RegExp(`^\\{\\{\\s*(?:${roots})\\b[^}]*\\}\\}$`).test(value);

const isSecret = (value: Json): boolean => isTemplate(value, 'secrets');

/** A secret stays one: it is passed where the called runbook declares one, and nowhere else. */
function secrecy(checked: Checked, where: Position, called: Runbook, name: string, declaration: Mapping): void {
  const wanted = isSecretInput(declaration);
  checked.add(
    'call/input',
    where,
    `the input "${name}" of ${called.id} is ${wanted ? 'a secret, and this is not' : 'not a secret, and this is one'}`,
    wanted ? 'pass "{{secrets.NAME}}", or an input of type secret, alone' : 'declare it there with `type: secret`',
  );
}

/** Of an input that is one template: the value that it stands for cannot be of the declared type. */
export function checkInputType(checked: Checked, step: Mapping, pointer: string, place: Position, schema: JsonSchema): void {
  const called = calledBy(checked, step);
  const [, name] = /^\/inputs\/([^/]+)$/.exec(pointer) ?? [];
  const declared = called?.data['inputs'];
  const declaration = isMapping(declared) && name !== undefined ? declared[name] : undefined;
  if (called === undefined || name === undefined || !isMapping(declaration)) return;
  if (isSecretInput(declaration) !== isSecretSchema(schema)) secrecy(checked, place, called, name, declaration);
  if (isSecretInput(declaration) || isSecretSchema(schema)) return;
  const { type, of } = declaration;
  const wanted = typeOf(schemaOfInput(typeof type === 'string' ? type : 'string', typeof of === 'string' ? of : undefined));
  const found = typeOf(schema);
  if (mayBecome(found, wanted)) return;
  checked.add(
    'call/input',
    place,
    `the input "${name}" of ${called.id} is of type ${String(type)}, and this is ${nameOfType(found)}`,
    'pass a value of that type, for example one that a check computes',
  );
}

/** Text is read as the declared type when the call is reached; anything else must fit by itself. */
function mayBecome(found: Type, wanted: Type): boolean {
  if (found.is === 'dyn' || found.is === wanted.is) return true;
  if (found.is === 'string' || found.is === 'null') return true;
  if (wanted.is === 'string') return found.is !== 'list' && found.is !== 'map' && found.is !== 'record';
  return (found.is === 'int' && wanted.is === 'number') || (found.is === 'number' && wanted.is === 'int');
}

function targets(checked: Checked, walked: Walked, called: Runbook): void {
  const { step, pointer } = walked;
  const own = declaredTargets(checked.runbook.data);
  const wanted = declaredTargets(called.data);
  const given = isMapping(step['targets']) ? step['targets'] : {};
  const add = (name: string, message: string, hint?: string, part: 'key' | 'value' = 'value'): void => {
    checked.add('call/target', checked.runbook.at(`${pointer}/targets/${escapePointer(name)}`, part), message, hint);
  };
  for (const [name, passed] of Object.entries(given)) {
    if (typeof passed !== 'string' || passed.includes('{{')) continue;
    const [base = '', member] = passed.split('/');
    const [theirs, ours] = [wanted[name], own[base]];
    if (theirs === undefined)
      add(name, `${called.id} has no target "${name}"`, suggestion(name, Object.keys(wanted)) ?? 'remove it', 'key');
    else if (ours === undefined) add(name, `there is no target "${base}"`, suggestion(base, Object.keys(own)));
    else if (ours.type !== theirs.type)
      add(name, `${called.id} needs a target of type ${theirs.type}, and "${base}" is of type ${ours.type}`);
    else if (ours.many && !theirs.many && member === undefined)
      add(name, `${called.id} needs one member of "${base}", which has several`, `write ${base}/MEMBER`);
  }
  for (const [name, theirs] of Object.entries(wanted)) {
    const same = own[name];
    if (given[name] === undefined && same === undefined) binding(checked, walked, called, name, theirs.type);
    if (given[name] !== undefined || same === undefined || same.type === theirs.type) continue;
    checked.add(
      'call/target',
      checked.runbook.at(`${pointer}/run`),
      `${called.id} needs "${name}" of type ${theirs.type}, and here it is of type ${same.type}`,
      `pass another one: targets: { ${name}: NAME }`,
    );
  }
}

/** A target that only the called runbook declares is bound under its own name, unless the call may never be reached. */
function binding(checked: Checked, { step, pointer, groups }: Walked, called: Runbook, name: string, type: string): void {
  const environment = checked.environment === undefined ? undefined : checked.config?.environments[checked.environment];
  const around = groups.map((one) => checked.stepAt(one)?.step);
  const isMaybe =
    groups.some((one) => one.includes('/options/')) ||
    [step, ...around].some((one) => one?.['when'] !== undefined || one?.['offer'] !== undefined);
  if (environment === undefined || isMaybe || environment.targets[name]?.type === type) return;
  checked.add(
    'target/unbound',
    checked.runbook.at(`${pointer}/run`),
    `the environment ${environment.name} binds no target "${name}" of type ${type}, which ${called.id} needs`,
    `bind it in the configuration, or pass another one: targets: { ${name}: NAME }`,
  );
}

function isPossible(checked: Checked, { step, pointer, lane, groups }: Walked, called: Runbook): void {
  const repeated = step['forEach'] !== undefined || groups.some((one) => checked.stepAt(one)?.step['forEach'] !== undefined);
  const beside = ['finally', 'watch', ...(step['comms'] === true ? ['comms'] : [])].filter(
    (key) => called.data[key] !== undefined,
  );
  if (repeated && beside.length > 0)
    checked.add(
      'call/for-each',
      checked.runbook.at(`${pointer}/run`),
      `${called.id} has ${beside.join(' and ')}, which cannot be repeated by forEach`,
      'write one call for each item, or take the steps that matter into a runbook without them',
    );
  const change = readingOnly.has(lane) ? walkSteps(called.data).find((one) => changes(checked, one)) : undefined;
  if (change !== undefined)
    checked.add(
      'effect/write-in-reads',
      checked.runbook.at(`${pointer}/run`),
      `${lane} only reads, but "${change.id ?? ''}" of ${called.id} may change something`,
      'call it in `steps:`',
    );
}

function changes({ registry }: Checked, { step, role, lane }: Walked): boolean {
  if (role !== 'step' || lane === 'postmortem') return false;
  const type = typeof step['type'] === 'string' ? registry.get(step['type']) : undefined;
  return type?.manifest.kind === 'effect' && type.facts(step).effect !== 'read';
}
