/** Only with a configuration: entries of targets that the step types using them can tell to be wrong. One mistake is told once. */
import { dirname } from 'node:path';
import type { Mapping } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import type { StepType } from '../port/step-type.ts';
import type { Checked } from './finding.ts';

export async function checkEntries(checked: Checked): Promise<void> {
  const { config, environment: name } = checked;
  if (config === undefined) return;
  const environment = name === undefined ? Object.values(config.environments)[0] : config.environments[name];
  const declared = checked.runbook.data['targets'];
  if (environment === undefined || !isMapping(declared)) return;
  for (const [target, one] of Object.entries(declared)) {
    const type = typeof one === 'string' ? one : isMapping(one) ? one['type'] : undefined;
    const bound = Object.hasOwn(environment.targets, target) ? environment.targets[target] : undefined;
    if (bound === undefined || bound.type !== type) continue;
    const rule = await ruleFor(checked, bound.type);
    const where = checked.runbook.at(`/targets/${target}`, 'key');
    for (const { name, entry } of entriesOf(target, bound)) {
      const wrong = await rule?.({ name, type: bound.type, entry, directory: dirname(where.file) });
      if (wrong === undefined) continue;
      const of = name === target ? '' : `${name}: `;
      checked.add('target/entry', where, `${of}${wrong} (in ${environment.name})`, 'mend it in runbook.config.yaml');
      break;
    }
  }
}

/** The entry itself, or what each member makes of it: members inherit from the entry and complete it, which alone need not be whole. */
function entriesOf(
  target: string,
  { type, members, at, ...own }: Mapping,
): readonly { readonly name: string; readonly entry: Mapping }[] {
  void [type, at];
  if (members === undefined) return [{ name: target, entry: own }];
  if (!isMapping(members)) return [];
  return Object.entries(members).map(([name, one]) => ({
    name: `${target}/${name}`,
    entry: { ...own, ...(isMapping(one) ? one : {}) },
  }));
}

type Rule = Awaited<ReturnType<NonNullable<StepType['lintEntry']>>>;

/** Of the first step type that talks to targets of this type and knows its entries. */
async function ruleFor({ registry }: Checked, type: string): Promise<Rule | undefined> {
  for (const name of registry.names()) {
    const one = registry.get(name);
    if (one?.lintEntry !== undefined && one.manifest.target?.types.includes(type) === true) return one.lintEntry();
  }
  return undefined;
}
