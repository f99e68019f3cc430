/** The first record of a run, of every engine. Pure. */
import type { Observation } from '../core/model/event.ts';
import type { Plan } from '../core/model/plan.ts';
import type { Actor, FilePin } from '../core/model/value.ts';

export const journalFormat = 1;
export const toolName = 'runbook';

export interface OpeningFacts {
  readonly run: string;
  readonly plan: Plan;
  readonly actor: Actor;
  /** 64 random bits, hexadecimal: the jitter of retries follows from it. */
  readonly seed: string;
  readonly baseDirectory: string;
  /** null: there is none. */
  readonly config?: FilePin | null;
}

export function openingRecord({ run, plan, actor, seed, baseDirectory, config }: OpeningFacts): Observation {
  return {
    type: 'run.opened',
    run,
    runbook: plan.runbook.id,
    format: journalFormat,
    tool: toolName,
    plan: plan.hash,
    operator: actor,
    env: plan.environment.name,
    seed,
    ...(plan.undoOf === undefined ? {} : { undoOf: plan.undoOf }),
    ...(plan.variation === undefined ? {} : { variation: plan.variation }),
    ...(config === undefined ? {} : { pins: { directory: baseDirectory, config } }),
    ...(plan.stepTypes === undefined ? {} : { stepTypes: plan.stepTypes }),
  };
}
