/** One runbook in its worlds: as it is, with each step lost in turn and, where it is asked for, with each mistake in turn. */
import { rmSync } from 'node:fs';
import type { Rehearsal, World } from '../../interpreter/rehearsal/rehearsal.ts';
import { hasVariations } from '../../interpreter/rehearsal/variations.ts';
import { isProven } from './results.ts';
import type { Performed, Rehearsing } from './run.ts';
import type { LossResult } from './sabotage.ts';
import { sabotage } from './sabotage.ts';
import { idleLine, lossLine, needlessLine, variationLine, worldLine } from './tell.ts';
import type { Tried, VariationResult } from './vary.ts';
import { idleChecks, ownPart, vary } from './vary.ts';
import type { WorldResult } from './worlds.ts';
import { rehearseWorld } from './worlds.ts';

export interface InWorlds {
  readonly rehearsing: Rehearsing;
  readonly worlds: readonly World[];
  readonly rehearsal: Rehearsal;
  readonly options: { readonly sabotage: boolean; readonly keep?: boolean };
  readonly say: (line: string) => Promise<void>;
  /** Told of each world that ended as expected, while its run can still be read. */
  readonly onWorld: (world: string, performed: Performed) => void;
}

export interface WorldsResult {
  readonly worlds: readonly WorldResult[];
  readonly losses: readonly LossResult[];
  readonly variations: readonly VariationResult[];
  /** Checks that failed in no run. Absent where not everything was rehearsed. */
  readonly idle?: readonly string[];
}

export async function inWorlds(one: InWorlds): Promise<WorldsResult> {
  const worlds: WorldResult[] = [];
  const losses: LossResult[] = [];
  const tried: Tried[] = [];
  try {
    for (const world of one.worlds) {
      const { result, performed } = await rehearseWorld(one.rehearsing, world, one.rehearsal.verify);
      worlds.push(result);
      await one.say(worldLine(result));
      if (result.problems.length > 0) continue;
      tried.push({ world, performed, seconds: result.seconds });
      one.onWorld(world.name, performed);
      if (world.sabotage && one.options.sabotage) losses.push(...(await lose(one, world, performed, tried)));
    }
    const asExpected = worlds.filter(({ problems }) => problems.length === 0).length;
    const isWhole = one.options.sabotage && asExpected === one.rehearsal.worlds.length;
    const variations = isWhole ? await varied(one, tried) : [];
    const idle = isWhole ? idleChecks(one.rehearsing, tried) : undefined;
    if (idle !== undefined && idle.length > 0 && one.rehearsal.mutants.length === 0) await one.say(idleLine(idle));
    const needless = isWhole ? needlessReasons(one, tried, losses) : [];
    if (needless.length > 0) await one.say(needlessLine(needless));
    return { worlds, losses, variations, ...(idle === undefined ? {} : { idle }) };
  } finally {
    // The answers of lost steps are read from these runs until the last mutant was tried.
    for (const { performed } of tried) tidy(one, performed);
  }
}

async function lose(one: InWorlds, world: World, proved: Performed, tried: Tried[]): Promise<readonly LossResult[]> {
  const { rehearsing, rehearsal, say } = one;
  const onResult = (loss: LossResult): Promise<void> => say(lossLine(loss));
  const found = await sabotage({ rehearsing, world, verify: rehearsal.verify, unproven: rehearsal.unproven, onResult }, proved);
  for (const [result, performed] of found) {
    if (result.verdict === 'noticed') {
      const loss = { node: result.step, role: result.role, as: proved.directory.id };
      tried.push({ world, performed, loss, seconds: result.seconds });
    } else if (isProven(result)) tidy(one, performed);
  }
  return found.map(([result]) => result);
}

/** Steps that `unproven` names although nothing is tried without them and no mistake can be made in them. */
function needlessReasons(one: InWorlds, tried: readonly Tried[], losses: readonly LossResult[]): readonly string[] {
  const plan = tried[0]?.performed.plan;
  if (plan === undefined) return [];
  const own = ownPart(one.rehearsing, plan);
  return Object.keys(one.rehearsal.unproven).filter(
    (step) => !losses.some((loss) => loss.step === step) && !hasVariations(own, step),
  );
}

function varied(one: InWorlds, tried: readonly Tried[]): Promise<readonly VariationResult[]> {
  const { rehearsing, rehearsal, say } = one;
  const onResult = async (result: VariationResult, run: Performed | undefined): Promise<void> => {
    await say(variationLine(result));
    if (run !== undefined && result.verdict === 'noticed') tidy(one, run);
  };
  return vary({ rehearsing, kinds: rehearsal.mutants, verify: rehearsal.verify, unproven: rehearsal.unproven, onResult }, tried);
}

function tidy({ options }: InWorlds, { directory }: Performed): void {
  if (options.keep !== true) rmSync(directory.path, { recursive: true, force: true });
}
