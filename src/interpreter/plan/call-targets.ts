/** Which target of the plan each target of a called runbook is: passed by name, the caller's of the same name, or one of its own. */
import type { Key } from '../core/model/value.ts';
import type { DeclaredTarget, PlanContext, PlanEnvironment } from './context.ts';
import type { Mapping } from './json.ts';
import { mappingOf, textOf } from './json.ts';
import type { Problem } from './problem.ts';
import { problem, unknownName } from './problem.ts';
import { bindingProblems, declaredTargets } from './targets.ts';

export interface Passed {
  /** Names of the called runbook -> names of the caller. */
  readonly targets: Readonly<Record<string, string>>;
  readonly declared: Readonly<Record<string, DeclaredTarget>>;
  /** The environment under the names of the called runbook. */
  readonly environment: PlanEnvironment;
  /** Without an address, in a call that may never be reached. */
  readonly unbound: readonly string[];
}

export function passedTargets(
  context: PlanContext,
  step: Mapping,
  data: Mapping,
  { key, maybe }: { readonly key: Key; readonly maybe: boolean },
): Passed {
  const declared = declaredTargets(data);
  const given = mappingOf(step['targets']);
  const targets: Record<string, string> = {};
  const unbound: string[] = [];
  for (const name of Object.keys(given))
    if (!Object.hasOwn(declared, name))
      context.problems.push(
        unknownName(
          'unknown-target',
          `step "${key}" passes the target "${name}", which the called runbook does not declare`,
          name,
          Object.keys(declared),
        ),
      );
  for (const [name, wanted] of Object.entries(declared)) {
    const passed = textOf(given[name]);
    const own = passed === undefined ? sameName(context, name, wanted) : undefined;
    targets[name] = passed ?? name;
    if (passed !== undefined) context.problems.push(...passedProblems(context, key, name, wanted, passed));
    else if (own === 'other type') context.problems.push(otherType(key, name, wanted.type));
    else if (own === undefined && maybe && bindingProblems({ [name]: wanted }, context.environment).length > 0)
      unbound.push(name);
    else if (own === undefined) context.borrowed[name] = wanted;
  }
  return { targets, declared, unbound, environment: underNames(context.environment, targets) };
}

function sameName({ targets }: PlanContext, name: string, wanted: DeclaredTarget): 'same' | 'other type' | undefined {
  const own = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (own === undefined) return undefined;
  return own.type === wanted.type ? 'same' : 'other type';
}

const otherType = (key: Key, name: string, type: string): Problem =>
  problem(
    'target-type',
    `step "${key}": the called runbook declares its target "${name}" as ${type}, and this runbook as something else`,
    `pass another one: targets: { ${name}: NAME }`,
  );

function passedProblems(
  { targets }: PlanContext,
  key: Key,
  name: string,
  wanted: DeclaredTarget,
  passed: string,
): readonly Problem[] {
  const [base = '', member] = passed.split('/');
  const own = Object.hasOwn(targets, base) ? targets[base] : undefined;
  const where = `step "${key}" passes "${passed}" as "${name}"`;
  if (own === undefined)
    return [unknownName('unknown-target', `${where}, and this runbook declares no target "${base}"`, base, Object.keys(targets))];
  if (own.type !== wanted.type)
    return [problem('target-type', `${where}: it is of type ${own.type}, and the called runbook needs ${wanted.type}`)];
  if (own.many && !wanted.many && member === undefined)
    return [problem('no-member', `${where}: it has several members, and the called runbook needs one`, `${base}/MEMBER`)];
  return [];
}

function underNames(environment: PlanEnvironment, targets: Readonly<Record<string, string>>): PlanEnvironment {
  const renamed = Object.entries(targets).flatMap(([name, of]) => {
    const entry = Object.hasOwn(environment.targets, of) ? environment.targets[of] : undefined;
    return entry === undefined ? [] : [[name, entry] as const];
  });
  return { ...environment, targets: { ...environment.targets, ...Object.fromEntries(renamed) } };
}
