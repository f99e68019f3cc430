/** Each step that changed something, once more, pretending: does a validation notice, and would anybody miss the step? */
import type { Loss } from '../../interpreter/rehearsal/mutants.ts';
import { lossesOf } from '../../interpreter/rehearsal/mutants.ts';
import { standInCode } from '../../interpreter/core/model/plan.ts';
import { hasVariations } from '../../interpreter/rehearsal/variations.ts';
import type { World } from '../../interpreter/rehearsal/rehearsal.ts';
import type { Performed, Rehearsing } from './run.ts';
import { perform, rehearsedCalls } from './run.ts';
import { firstFailure } from './differences.ts';
import { secondsSince } from './worlds.ts';

export interface LossResult {
  readonly world: string;
  /** The step, or the called runbook, that only pretended; with `undo`, what takes it back. */
  readonly step: string;
  readonly role: 'do' | 'undo';
  /**
   * noticed: the step pretended, and the run did not succeed. unreached: the run failed before it came to the step, so nothing is known.
   * unproven: it succeeded and the system is not as it should be, or nobody can say. unneeded: it succeeded and the system is well, so this
   * world does without the step.
   */
  readonly verdict: 'noticed' | 'unreached' | 'unproven' | 'unneeded';
  /** The step that noticed, or that failed. */
  readonly by?: string;
  /** Why the author accepts that nothing notices; needless where something does. */
  readonly accepted?: string;
  readonly run: string;
  readonly seconds: number;
}

export interface Sabotage {
  readonly rehearsing: Rehearsing;
  readonly world: World;
  readonly verify: string | undefined;
  readonly unproven: Readonly<Record<string, string>>;
  /** Told of each as it ends. */
  readonly onResult: (result: LossResult) => Promise<void>;
}

/** `proved`: the run of this world that ended as expected. Returns the runs as well, for whoever tidies up. */
export async function sabotage(one: Sabotage, proved: Performed): Promise<readonly (readonly [LossResult, Performed])[]> {
  const found: (readonly [LossResult, Performed])[] = [];
  const calls = rehearsedCalls(one.rehearsing, proved.plan);
  for (const loss of lossesOf(proved.plan, proved.state, proved.records, calls)) {
    const made = await lose(one, loss, proved);
    await one.onResult(made[0]);
    found.push(made);
  }
  return found;
}

async function lose(
  { rehearsing, world, verify, unproven }: Sabotage,
  loss: Loss,
  proved: Performed,
): Promise<readonly [LossResult, Performed]> {
  const begin = performance.now();
  await rehearsing.system.prepare(world.prepare);
  const performed = await perform(rehearsing, world, { loss: { ...loss, as: proved.directory.id }, endsEarly: true });
  const succeeded = performed.state.outcome === 'succeeded' || performed.state.outcome === 'warning';
  const isWell = succeeded && verify !== undefined && (await rehearsing.system.verify(verify)).state === 'holds';
  const by = succeeded ? undefined : firstFailure(performed)?.id;
  // A step that is a check or has a condition may be accepted for another mutant of it.
  const accepted = succeeded || !hasVariations(proved.plan, loss.node) ? unproven[loss.node] : undefined;
  const result: LossResult = {
    world: world.name,
    step: loss.node,
    role: loss.role,
    verdict: succeeded ? (isWell ? 'unneeded' : 'unproven') : hasPretended(performed) ? 'noticed' : 'unreached',
    ...(by === undefined ? {} : { by }),
    ...(accepted === undefined ? {} : { accepted }),
    run: performed.directory.id,
    seconds: secondsSince(begin),
  };
  return [result, performed];
}

/** The engine notes each attempt that only pretended. */
const hasPretended = ({ records }: Performed): boolean =>
  records.some(
    (one) =>
      one.type === 'attempt.noted' &&
      one.data !== null &&
      typeof one.data === 'object' &&
      'code' in one.data &&
      one.data.code === standInCode,
  );
