/** Which endpoint a step means, by the names that the runbook declares. */
import type { Node, Plan } from '../core/model/plan.ts';
import { parseTarget, placedEntry, withFields } from '../core/model/target.ts';
import type { StepType } from '../port/step-type.ts';
import type { DeclaredTarget, PlanContext, PlanEnvironment } from './context.ts';
import type { Mapping } from './json.ts';
import { isMapping, mappingOf, textOf } from './json.ts';
import { knownOf } from './known.ts';
import type { Problem } from './problem.ts';
import { problem, unknownName } from './problem.ts';

export function declaredTargets(data: Mapping): Readonly<Record<string, DeclaredTarget>> {
  return Object.fromEntries(
    Object.entries(mappingOf(data['targets'])).map(([name, json]) => [
      name,
      isMapping(json)
        ? { type: textOf(json['type']) ?? '', many: json['many'] === true }
        : { type: textOf(json) ?? '', many: false },
    ]),
  );
}

/** What a step talks to, with the fields that it chooses. */
export function targetOf(
  context: PlanContext,
  step: Mapping,
  stepType: StepType,
  params: Mapping,
  where: string,
): string | undefined {
  const named = namedTarget(context, step, stepType, params, where);
  return named === undefined ? undefined : withFields(named, chosenFields(step));
}

/** `at`: fields of the target that the step chooses. */
export const chosenFields = (step: Mapping): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(mappingOf(step['at'])).flatMap(([field, value]) => (typeof value === 'string' ? [[field, value]] : [])),
  );

/** May be left out where the runbook has exactly one target of the type that the step needs. A type may name it by a key of its own. */
function namedTarget(
  context: PlanContext,
  step: Mapping,
  stepType: StepType,
  params: Mapping,
  where: string,
): string | undefined {
  const { target } = stepType.manifest;
  const own = target?.key === undefined ? undefined : textOf(params[target.key]);
  const named = textOf(step['target']) ?? (Object.hasOwn(context.targets, own ?? '') ? own : undefined);
  if (named !== undefined) return known(context, named, where);
  if (target?.required !== true) return undefined;
  const fitting = Object.entries(context.targets).filter(([, declared]) => target.types.includes(declared.type));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return known(context, only[0], where);
  const hint =
    fitting.length === 0
      ? `declare one: targets: { name: ${target.types[0] ?? 'type'} }`
      : `one of ${fitting.map(([name]) => name).join(', ')}`;
  context.problems.push(problem('missing-target', `${where} needs a target of type ${target.types.join(' or ')}`, hint));
  return undefined;
}

function known(context: PlanContext, named: string, where: string): string | undefined {
  const [name = '', member] = named.split('/');
  if (named.includes('{{')) return named;
  const declared = Object.hasOwn(context.targets, name) ? context.targets[name] : undefined;
  if (declared !== undefined) {
    const wrong = memberProblem(context, name, declared, member, where);
    if (wrong !== undefined) context.problems.push(wrong);
    return named;
  }
  context.problems.push(
    unknownName('unknown-target', `${where} names the unknown target "${name}"`, name, Object.keys(context.targets)),
  );
  return undefined;
}

/** A step talks to one member of a target that has several. Which members there are only the environment knows. */
function memberProblem(
  { environment }: PlanContext,
  name: string,
  declared: DeclaredTarget,
  member: string | undefined,
  where: string,
): Problem | undefined {
  const entry = Object.hasOwn(environment.targets, name) ? environment.targets[name] : undefined;
  const members = membersOf(entry);
  if (declared.many && member === undefined)
    return problem(
      'no-member',
      `${where} needs one member of the target "${name}", which has several`,
      `forEach: targets.${name} and target: "${name}/{{item}}", or name one: target: ${name}/${members?.[0] ?? 'member'}`,
    );
  if (member === undefined || entry === undefined || members?.includes(member) === true) return undefined;
  return unknownName('unknown-member', `${where}: the target "${name}" has no member "${member}"`, member, members ?? []);
}

function membersOf(entry: Mapping | undefined): readonly string[] | undefined {
  const members = entry?.['members'];
  if (isMapping(members)) return Object.keys(members);
  return Array.isArray(members) ? members.filter((one) => typeof one === 'string') : undefined;
}

/** Places that are known before the run, because they are written or come from inputs: refused now, not when it is their turn. */
export function placeProblems(plan: Omit<Plan, 'hash'>, environment: PlanEnvironment): readonly Problem[] {
  return plan.nodes.flatMap((node) => {
    const text = node.program.target === undefined ? node.target : knownOf(node.program.target, node, plan);
    if (typeof text !== 'string' || text.includes('{{')) return [];
    const wrong = placeProblem(node, text, environment);
    return wrong === undefined ? [] : [wrong];
  });
}

function placeProblem(node: Node, text: string, environment: PlanEnvironment): Problem | undefined {
  const parsed = parseTarget(text);
  if (!parsed.ok) return problem('target-place', `step "${node.key}": ${parsed.message}`, parsed.hint);
  const { name, member } = parsed.reference;
  const entry = Object.hasOwn(environment.targets, name) ? environment.targets[name] : undefined;
  if (entry === undefined) return undefined;
  const members = membersOf(entry);
  if (node.program.target !== undefined && member !== undefined && members?.includes(member) !== true)
    return unknownName(
      'unknown-member',
      `step "${node.key}": the target "${name}" has no member "${member}"`,
      member,
      members ?? [],
    );
  const placed = placedEntry(entry, parsed.reference);
  return placed.ok ? undefined : problem('target-place', `step "${node.key}": ${placed.message}`, placed.hint);
}

/** Members are listed in the configuration: `{ type, members: { a: {...}, b: {...} } }` or a list of names. */
export function planTargets(declared: Readonly<Record<string, DeclaredTarget>>, environment: PlanEnvironment): Plan['targets'] {
  return Object.fromEntries(
    Object.entries(declared).map(([name, target]) => {
      const names = membersOf(environment.targets[name]);
      return [name, { type: target.type, ...(target.many && names !== undefined ? { members: names } : {}) }];
    }),
  );
}

/** Every declared target is bound to an address of the right type, before anything runs (L6). */
export function bindingProblems(
  declared: Readonly<Record<string, DeclaredTarget>>,
  environment: PlanEnvironment,
): readonly Problem[] {
  return Object.entries(declared).flatMap(([name, target]) => {
    const entry = Object.hasOwn(environment.targets, name) ? environment.targets[name] : undefined;
    if (entry === undefined) {
      return [
        unknownName(
          'unbound-target',
          `target "${name}" (${target.type}) is not bound in environment "${environment.name}"`,
          name,
          Object.keys(environment.targets),
        ),
      ];
    }
    if (entry.type === target.type) {
      if (!target.many || (membersOf(entry)?.length ?? 0) > 0) return [];
      const message = `target "${name}" has several members, and environment "${environment.name}" lists none`;
      return [problem('no-members', message, 'members: { NAME: { ... } } beside its other keys')];
    }
    return [
      problem(
        'target-type',
        `target "${name}" is ${entry.type} in environment "${environment.name}", the runbook needs ${target.type}`,
      ),
    ];
  });
}
