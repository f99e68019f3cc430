/** A world: the system is prepared, the runbook runs, and what became of both is compared with what the file expects. */
import type { Expected, World } from '../../interpreter/rehearsal/rehearsal.ts';
import { differences } from './differences.ts';
import type { Performed, Rehearsing } from './run.ts';
import { perform } from './run.ts';

export interface WorldResult {
  readonly world: string;
  readonly run: string;
  readonly outcome: string;
  readonly seconds: number;
  /** Empty: as expected. */
  readonly problems: readonly string[];
}

export interface Rehearsed {
  readonly result: WorldResult;
  readonly performed: Performed;
}

export async function rehearseWorld(rehearsing: Rehearsing, world: World, verify: string | undefined): Promise<Rehearsed> {
  const begin = performance.now();
  await rehearsing.system.prepare(world.prepare);
  const before = verify === undefined || world.given === undefined ? undefined : await rehearsing.system.verify(verify);
  const unprepared =
    before === undefined || before.state === world.given
      ? []
      : [`the world was not prepared: verify says ${before.state}, given is ${world.given ?? ''}${words(before.words)}`];
  const performed = await perform(rehearsing, world);
  return {
    performed,
    result: {
      world: world.name,
      run: performed.directory.id,
      outcome: performed.state.outcome ?? 'interrupted',
      seconds: secondsSince(begin),
      problems: [...unprepared, ...(await problemsAfter(rehearsing, performed, world.expect, verify))],
    },
  };
}

/** How the run and the system after it differ from what is expected. */
export async function problemsAfter(
  { system }: Rehearsing,
  performed: Performed,
  expect: Expected,
  verify: string | undefined,
): Promise<readonly string[]> {
  const after = verify === undefined || expect.verify === undefined ? undefined : await system.verify(verify);
  const unverified =
    after === undefined || after.state === expect.verify
      ? []
      : [`after the run verify says ${after.state}, expected ${expect.verify ?? ''}${words(after.words)}`];
  return [...differences(performed, expect), ...unverified];
}

const words = (text: string): string => (text === '' ? '' : ` (${text.replaceAll('\n', '; ')})`);

export const secondsSince = (begin: number): number => Math.round((performance.now() - begin) / 100) / 10;
