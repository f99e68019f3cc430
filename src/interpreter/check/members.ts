/** Targets of several members: a step names one of them, and the environment lists them. As plan/targets.ts decides. */
import type { Json } from '../core/model/value.ts';
import type { Walked } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import { suggestion } from '../language/suggest.ts';
import type { Checked } from './finding.ts';
import { isBroken } from './finding.ts';

const code = 'target/member';

export function checkMembers(checked: Checked): void {
  const declared = isMapping(checked.runbook.data['targets']) ? checked.runbook.data['targets'] : {};
  for (const [name, target] of Object.entries(declared)) if (isMany(target)) listed(checked, name);
  for (const walked of checked.steps) named(checked, walked, declared);
}

const isMany = (target: Json | undefined): boolean => isMapping(target) && target['many'] === true;

/** Undefined: no configuration tells, or it binds nothing of this name. */
function membersOf({ config, environment: name }: Checked, target: string): readonly string[] | undefined {
  const environment = name === undefined ? Object.values(config?.environments ?? {})[0] : config?.environments[name];
  const entry = environment !== undefined && Object.hasOwn(environment.targets, target) ? environment.targets[target] : undefined;
  if (entry === undefined) return undefined;
  const members = entry['members'];
  if (isMapping(members)) return Object.keys(members);
  return Array.isArray(members) ? members.filter((one): one is string => typeof one === 'string') : [];
}

function listed(checked: Checked, target: string): void {
  if (membersOf(checked, target)?.length !== 0) return;
  checked.add(
    code,
    checked.runbook.at(`/targets/${target}`, 'key'),
    `"${target}" has several members, and the configuration lists none`,
    'members: { NAME: { ... } } beside its other keys in runbook.config.yaml',
  );
}

function named(checked: Checked, { step, pointer }: Walked, declared: Readonly<Record<string, Json>>): void {
  const text = step['target'];
  if (typeof text !== 'string' || text.startsWith('{{') || isBroken(checked, `${pointer}/target`)) return;
  const [name = '', member] = text.split('/');
  if (!isMany(declared[name])) return;
  const where = checked.runbook.at(`${pointer}/target`);
  const members = membersOf(checked, name);
  if (member === undefined)
    checked.add(
      code,
      where,
      `"${name}" has several members, and the step needs one of them`,
      `forEach: targets.${name} and target: "${name}/{{item}}", or target: ${name}/${members?.[0] ?? 'member'}`,
    );
  else if (!member.includes('{{') && members !== undefined && !members.includes(member))
    checked.add(code, where, `"${name}" has no member "${member}"`, suggestion(member, members));
}
