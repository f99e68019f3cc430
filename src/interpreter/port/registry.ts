/** The step types that an interpreter knows; `src/steps/index.ts` is the one of the product, tests make their own. */
import type { StepType } from './step-type.ts';

export interface Registry {
  get(type: string): StepType | undefined;
  /** Sorted. */
  names(): readonly string[];
}

/** Two step types of the same name are a mistake of the build, not of an author. */
export function createRegistry(stepTypes: readonly StepType[]): Registry {
  const byName = new Map<string, StepType>();
  for (const stepType of stepTypes) {
    const { type } = stepType.manifest;
    if (byName.has(type)) throw new Error(`step type "${type}" is registered twice`);
    byName.set(type, stepType);
  }
  const names = [...byName.keys()].sort();
  return { get: (type) => byName.get(type), names: () => names };
}

/** Step types from outside beside the built-in ones, which they cannot replace. */
export function extendRegistry(base: Registry, outside: readonly StepType[]): Registry {
  if (outside.length === 0) return base;
  return createRegistry([...base.names().flatMap((name) => base.get(name) ?? []), ...outside]);
}
