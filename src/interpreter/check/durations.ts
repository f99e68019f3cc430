/** Durations among a step type's own keys (`durationAt` of its manifest): refused in the pull request, not when the step is reached. */
import { durationHint } from '../language/duration.ts';
import { badDurations } from '../language/scaling.ts';
import type { Mapping } from '../document/steps.ts';
import type { Manifest } from '../port/step-type.ts';
import type { Checked } from './finding.ts';
import { describeValue } from './schema-errors.ts';

/** Before the schema of the type, whose pattern or type would say the same in worse words. What a template brings is seen when it is rendered. */
export function checkDurations(checked: Checked, manifest: Manifest, own: Mapping, pointer: string): void {
  for (const { pointer: below, leaf } of badDurations(own, manifest)) {
    if (typeof leaf === 'string' ? leaf.includes('{{') : typeof leaf !== 'number') continue;
    const at = `${pointer}${below}`;
    checked.broken.add(at);
    checked.add('value/duration', checked.runbook.at(at), `${describeValue(leaf)} is no duration`, durationHint);
  }
}
