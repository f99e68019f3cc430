/** Only with a configuration: fields of a target that a step chooses with `at`. What comes from an input is refused by the plan, what comes from another step when it is its turn. */
import { placedEntry } from '../../core/model/target.ts';
import { escapePointer } from '../../document/nodes.ts';
import type { Walked } from '../../document/steps.ts';
import { isMapping } from '../../document/steps.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';
import { boundTarget } from '../target-of.ts';

export function checkChosenFields(checked: Checked): void {
  for (const walked of checked.steps) if (isMapping(walked.step['at'])) chosen(checked, walked);
}

function chosen(checked: Checked, { step, pointer }: Walked): void {
  const { config, environment: name, registry, runbook } = checked;
  const environment = name === undefined ? Object.values(config?.environments ?? {})[0] : config?.environments[name];
  const manifest = typeof step['type'] === 'string' ? registry.get(step['type'])?.manifest : undefined;
  const target = manifest === undefined ? undefined : boundTarget(runbook.data, step, manifest)?.name;
  const entry =
    target !== undefined && environment !== undefined && Object.hasOwn(environment.targets, target)
      ? environment.targets[target]
      : undefined;
  if (entry === undefined || target === undefined) return;
  for (const [field, value] of Object.entries(isMapping(step['at']) ? step['at'] : {})) {
    const at = `${pointer}/at/${escapePointer(field)}`;
    if (typeof value !== 'string' || isBroken(checked, at)) continue;
    const allowed = isMapping(entry['at']) && Object.hasOwn(entry['at'], field);
    if (allowed && value.includes('{{')) continue;
    const placed = placedEntry(entry, { name: target, at: { [field]: value } });
    if (!placed.ok) checked.add('target/at', runbook.at(at, allowed ? 'value' : 'key'), placed.message, placed.hint);
  }
}
