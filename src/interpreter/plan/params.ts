/** The step type's own keys, and the leaves of a step as trees. */
import type { Tree } from '../core/model/plan.ts';
import type { Json } from '../core/model/value.ts';
import { toTree } from '../language/template/template.ts';
import type { Manifest, StepType } from '../port/step-type.ts';
import { covers } from '../language/scaling.ts';
import type { Mapping } from './json.ts';
import { mappingOf } from './json.ts';

/** Keys that every step has; everything else belongs to the step type. */
const common: readonly string[] = [
  'id title note type steps needs target when forEach as parallel confirm offer approve value sensitive expect until every for timeout abortWhen',
  'onNoData retry effect repeatable doneWhen undo onFailure critical evidence then within atLeast',
]
  .join(' ')
  .split(' ');

/** A common name is the step type's own where its manifest declares it. */
export function paramsOf(step: Mapping, stepType: StepType): Mapping {
  const declared = mappingOf(mappingOf(stepType.manifest.params)['properties']);
  const own = Object.fromEntries(Object.entries(step).filter(([key]) => !common.includes(key) || Object.hasOwn(declared, key)));
  return stepType.lower === undefined ? own : stepType.lower(own);
}

export function paramsTree(params: Mapping, manifest: Manifest): Tree {
  return toTree(params, {
    isMessage: (pointer) => (manifest.messageAt ?? []).some((pattern) => covers(pattern, pointer)),
    isLiteral: (pointer) => manifest.forbidTemplateAt.some((pattern) => covers(pattern, pointer)),
  });
}

/** Titles, notes and confirmations: paths only. */
export const plainTree = (json: Json): Tree => toTree(json, { isMessage: () => false });

/** Texts for people that nothing acts on may use if and each. */
export const messageTree = (json: Json): Tree => toTree(json, { isMessage: () => true });
