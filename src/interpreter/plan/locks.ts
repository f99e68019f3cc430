/**
 * Locks of a runbook and of the runbooks that it calls. What is surely called, with a lock that the plan knows, is locked before the first step. A way
 * that may not be taken, or a lock that depends on the run, is locked when the call is reached: two runs that go different ways do not exclude each other.
 */
import type { Binding, Tree } from '../core/model/plan.ts';
import { typedInputs } from '../language/scope.ts';
import type { Scope } from '../language/scope-type.ts';
import { parseTemplate, renderTree } from '../language/template/template.ts';
import { openValue } from '../language/value.ts';
import type { PlanContext } from './context.ts';
import type { Mapping } from './json.ts';
import { textsOf } from './json.ts';
import { plainTree } from './params.ts';
import { typeInputs } from './inputs.ts';
import { planTargets } from './targets.ts';

/** As written; without one a run excludes other runs of the same runbook in the same environment. */
export function lockTexts(data: Mapping, id: string, environment: string): readonly string[] {
  const own = textsOf(data['lock']);
  return own.length === 0 ? [`${id}@${environment}`] : own;
}

/** Two runs that want the same locks take them in one order, so that one of them gets all. */
export const inOrder = (locks: readonly string[]): readonly string[] => [...new Set(locks)].sort();

/** Adds what is locked at the start to the plan, and gives what is locked when the call is reached. */
export function addLocks(context: PlanContext, inner: PlanContext, isMaybe: boolean): Pick<Binding, 'locks'> {
  const { id, data } = inner.runbook;
  const scope = isMaybe ? undefined : scopeOf(inner);
  const late: Tree[] = [];
  for (const text of lockTexts(data, id, inner.environment.name)) {
    const known = scope !== undefined && inputsIn(text).every((name) => isKnown(inner, name));
    const rendered = known ? renderTree(plainTree(text), scope) : undefined;
    if (rendered?.ok === true && typeof rendered.json === 'string') context.locks.push(rendered.json);
    else late.push(plainTree(text));
  }
  return late.length === 0 ? {} : { locks: late };
}

function inputsIn(text: string): readonly string[] {
  const parsed = parseTemplate(text);
  return parsed.ok ? parsed.paths.flatMap(({ path }) => (path[0] === 'inputs' ? [path[1] ?? ''] : [])) : [];
}

const isKnown = ({ inputs }: PlanContext, name: string): boolean =>
  Object.hasOwn(inputs, name) && inputs[name]?.secret === undefined;

function scopeOf({ inputs, runbook, targets, environment }: PlanContext): Scope {
  const open = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, openValue(value)]));
  const members = Object.entries(planTargets(targets, environment)).map(([name, one]) => [name, one.members ?? name]);
  return {
    inputs: typedInputs(open, typeInputs(runbook.data['inputs'], {}).types),
    targets: Object.fromEntries(members) as Readonly<Record<string, unknown>>,
    env: { ...environment.facts, name: environment.name, rehearsal: environment.rehearsal },
  };
}
