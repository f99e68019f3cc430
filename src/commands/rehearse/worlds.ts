/** A world: the system is prepared, the runbook runs, and what became of both is compared with what the file expects. */
import { isFinding } from '../../interpreter/core/fold/policy.ts';
import type { Expected, World } from '../../interpreter/rehearsal/rehearsal.ts';
import { runJson } from '../../session/run-json.ts';
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

interface StepJson {
  readonly id: string;
  readonly section: string;
  readonly state: string;
  readonly changed: boolean | 'perhaps';
  readonly error?: { readonly message: string };
}

export const stepsOf = (performed: Performed): readonly StepJson[] =>
  (runJson(performed, performed.state.exitCode ?? 0) as unknown as { readonly steps: readonly StepJson[] }).steps;

function differences(performed: Performed, expect: Expected): readonly string[] {
  const steps = stepsOf(performed);
  const outcome = performed.state.outcome ?? 'interrupted';
  const failed = firstFailure(performed);
  const why = failed === undefined ? '' : `; ${failed.id} ${failed.state}: ${failed.error?.message ?? 'no reason'}`;
  return [
    ...(outcome === expect.outcome ? [] : [`the run ended ${outcome}, expected ${expect.outcome}${why}`]),
    ...Object.entries(expect.steps).flatMap(([id, state]) => {
      const found = steps.find((one) => one.id === id)?.state ?? 'not started';
      return found === state ? [] : [`${id} is ${found}, expected ${state}`];
    }),
    ...(expect.changed === undefined ? [] : changedOtherwise(performed, expect.changed)),
  ];
}

/** Steps by their id in the document; messages to people are not among them, nor groups and calls, which change nothing but by their steps. */
function changedOtherwise(performed: Performed, expected: readonly string[]): readonly string[] {
  const parents = new Set(performed.plan.nodes.map(({ parent }) => parent));
  const all = stepsOf(performed).filter((one) => one.changed !== false && one.section !== 'comms' && one.section !== 'watch');
  const found = [...new Set(all.map((one) => keyOf(one.id)))].filter((key) => !parents.has(key));
  const more = found.filter((id) => !expected.includes(id));
  const less = expected.filter((id) => !found.includes(id));
  return [
    ...(more.length === 0 ? [] : [`changed besides what is expected: ${more.join(', ')}`]),
    ...(less.length === 0 ? [] : [`changed nothing, but should have: ${less.join(', ')}`]),
  ];
}

/** The step at which the run ended otherwise than well. */
export function firstFailure(performed: Performed): StepJson | undefined {
  const stops = performed.records.find((one) => one.type === 'run.stopping');
  const steps = stepsOf(performed).filter(
    ({ id, state, section }) => (state === 'failed' || state === 'unknown') && !quiet.has(section) && !isTold(performed, id),
  );
  const key = stops?.type === 'run.stopping' ? stops.stop.key : undefined;
  return steps.find((one) => one.id === key) ?? steps[0];
}

/** What fails there does not fail a run. */
const quiet: ReadonlySet<string> = new Set(['diagnosis', 'evidence', 'comms', 'postmortem', 'watch']);

/** A finding stops nothing, so no run ended at it. */
function isTold({ plan }: Performed, id: string): boolean {
  const node = plan.nodes.find(({ key }) => key === keyOf(id));
  return node !== undefined && isFinding(node);
}

/** Without the turns of `forEach`. */
const keyOf = (id: string): string => id.replace(/(\[\d+\])+/g, '');
