/** The rules that step types bring themselves, and the configuration's targets. */
import { dirname } from 'node:path';
import type { Json } from '../core/model/value.ts';
import type { Mapping } from '../document/steps.ts';
import { escapePointer } from '../document/nodes.ts';
import { commsType, isMapping } from '../document/steps.ts';
import type { StepType } from '../port/step-type.ts';
import { suggestion } from '../language/suggest.ts';
import { textOf } from '../port/text.ts';
import type { Checked } from './finding.ts';
import { asMeant, isBroken, isMeant } from './finding.ts';
import { boundTarget } from './target-of.ts';

/** What the step does cannot be told. */
const unclear = /\/(?:unknown-command|unknown-statement|syntax|several|words|one-operation|no-command)$/;

export async function checkOwnRules(checked: Checked): Promise<void> {
  for (const walked of checked.steps) {
    if (isBroken(checked, walked.pointer)) continue;
    const name = walked.role === 'comms' ? commsType : walked.step['type'];
    const type = typeof name === 'string' ? checked.registry.get(name) : undefined;
    if (type?.lint === undefined) continue;
    const rule = await type.lint();
    const step = asMeant(checked, walked);
    const findings = await rule({
      params: step,
      step,
      ...targetTypeOf(checked, walked.step, type),
      ...(checked.machine === true ? { machine: { directory: dirname(checked.runbook.file) } } : {}),
      literal: (pointer) => !textOf(leafAt(step, pointer)).includes('{{'),
    });
    for (const found of findings) {
      const pointer = `${walked.pointer}${found.pointer}`;
      if (isBroken(checked, pointer) || isMeant(checked, walked.pointer, found.pointer.split('/')[1] ?? '')) continue;
      // What seems to be missing may be the key that is mistyped: that is reported already.
      if (found.pointer === '' && [...checked.broken].some((one) => one.startsWith(`${walked.pointer}/`))) continue;
      const where =
        found.offset === undefined
          ? checked.runbook.at(pointer)
          : checked.runbook.atText(pointer, found.offset, found.length ?? 1);
      checked.add(found.code, where, found.message, found.hint, found.severity);
      if (unclear.test(found.code)) checked.unclear.set(walked.pointer, checked.lastToError());
    }
  }
}

/** Only with a configuration: every declared target is bound in the environment, to an entry of the declared type. */
export function checkBindings(checked: Checked): void {
  const { config, environment: name } = checked;
  if (config === undefined) return;
  const environment = name === undefined ? Object.values(config.environments)[0] : config.environments[name];
  const declared = checked.runbook.data['targets'];
  if (environment === undefined || !isMapping(declared)) return;
  for (const [target, one] of Object.entries(declared)) {
    const type = typeof one === 'string' ? one : isMapping(one) ? one['type'] : undefined;
    if (isBroken(checked, `/targets/${escapePointer(target)}`)) continue;
    const bound = environment.targets[target];
    const where = checked.runbook.at(`/targets/${target}`, 'key');
    if (bound === undefined) {
      checked.add(
        'target/unbound',
        where,
        `the environment ${environment.name} binds no target "${target}"`,
        suggestion(target, Object.keys(environment.targets)) ?? 'add it to runbook.config.yaml',
      );
    } else if (bound.type !== type) {
      checked.add(
        'target/type',
        where,
        `"${target}" is declared as ${textOf(type)} but bound to ${bound.type} in ${environment.name}`,
        'one of the two is wrong',
      );
    }
  }
}

function leafAt(json: Json, pointer: string): Json | undefined {
  return pointer
    .split('/')
    .slice(1)
    .reduce<Json | undefined>(
      (at, key) => (at !== null && typeof at === 'object' ? (at as Record<string, Json>)[key] : undefined),
      json,
    );
}

function targetTypeOf({ runbook }: Checked, step: Mapping, { manifest }: StepType): { readonly targetType?: string } {
  const target = boundTarget(runbook.data, step, manifest);
  return target === undefined ? {} : { targetType: target.type };
}
