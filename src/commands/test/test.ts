/** `runbook test`: every failure point of a runbook on the core alone, without a system. Exit 1 when a case or an invariant fails. */
import type { Plan } from '../../interpreter/core/model/plan.ts';
import { makePlan } from '../../interpreter/plan/plan.ts';
import { problemText } from '../../interpreter/plan/form.ts';
import type { Baseline, PathEnd } from '../../interpreter/rehearsal/paths/paths.ts';
import { allPaths, endOf, mostPaths, playPath } from '../../interpreter/rehearsal/paths/paths.ts';
import type { FailurePoint } from '../../interpreter/rehearsal/paths/trouble.ts';
import type { Expected } from '../../interpreter/rehearsal/rehearsal.ts';
import type { CaseGiven } from '../../interpreter/rehearsal/test-file.ts';
import { registry } from '../../steps/index.ts';
import { exitCodes, usage } from '../../console/exit-codes.ts';
import type { OutputOption } from '../../console/options.ts';
import { print, printJson } from '../../console/terminal.ts';
import { differences } from '../rehearse/differences.ts';
import type { Chosen } from './choose.ts';
import { chosenRunbooks } from './choose.ts';
import type { CaseResult, Consequence, TestResult } from './results.ts';
import { consequencesOf } from './results.ts';
import { junit, lines } from './tell.ts';

interface TestOptions extends OutputOption {
  readonly case: readonly string[];
  readonly catalogue?: string;
}

export async function test(names: readonly string[], options: TestOptions): Promise<number> {
  const chosen = await chosenRunbooks(names, options.catalogue);
  if (chosen.length === 0)
    throw usage(
      'no runbook of the catalogue has a test file or a rehearsal file',
      'docs/rehearsals.md tells how they are written',
    );
  const results = chosen.map((one) => testOne(one, options.case));
  if (options.output === 'json') await printJson(results);
  else if (options.output === 'junit') await print(junit(results));
  else for (const result of results) await print(lines(result).join('\n'));
  const isWell = results.every(({ cases, breaches }) => breaches.length === 0 && cases.every((one) => one.problems.length === 0));
  return isWell ? exitCodes.succeeded : exitCodes.failed;
}

/** A run with what it is given, and perhaps how it ends. */
interface Planned {
  readonly name: string;
  readonly baseline: Baseline;
  readonly points: readonly FailurePoint[];
  readonly then?: string;
  readonly expect?: Expected;
}

function testOne(chosen: Chosen, only: readonly string[]): TestResult {
  const begin = performance.now();
  const all = plannedOf(chosen);
  const unknown = only.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw usage(`${chosen.runbook.id} has no case "${unknown}"`, `cases: ${all.map(({ name }) => name).join(', ')}`);
  const planned = only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
  const cases = planned.flatMap((one) => (one.expect === undefined ? [] : [caseOf(one, one.expect)]));
  const consequences = new Map<string, Consequence>();
  const breaches: { readonly path: string; readonly words: string }[] = [];
  let paths = cases.length;
  let isComplete = true;
  for (const baseline of straightOf(planned)) {
    const found = Array.from(allPaths(baseline), endOf);
    paths += found.length;
    isComplete &&= found.length < mostPaths;
    // What happens to a step is told once, of the first run that comes to it.
    for (const one of consequencesOf(found)) {
      const id = `${one.step} ${one.how}`;
      if (!consequences.has(id)) consequences.set(id, one);
    }
    breaches.push(...found.flatMap((path) => path.breaches.map((words) => ({ path: nameOf(path), words }))));
  }
  const seconds = Math.round(performance.now() - begin) / 1000;
  return {
    runbook: chosen.runbook.id,
    sha: chosen.runbook.sha,
    cases,
    paths,
    isComplete,
    seconds,
    consequences: [...consequences.values()],
    breaches,
  };
}

const nameOf = ({ points, then }: PathEnd): string =>
  `${points.map(({ step, how }) => `${step} ${how}`).join(' and ') || 'no trouble'}${then === undefined ? '' : `, then ${then}`}`;

function caseOf({ name, baseline, points, then }: Planned, expected: Expected): CaseResult {
  const { run, breaches } = playPath(baseline, points, then);
  const { journal: records, state } = run;
  const problems = differences({ plan: baseline.plan, state, records, head: { seq: records.length, hash: '' } }, expected);
  return { name, outcome: state.outcome ?? 'endless', problems: [...problems, ...breaches] };
}

/** Runs in which something can go wrong in most steps: those that end well; where there is none, the first. */
function straightOf(planned: readonly Planned[]): readonly Baseline[] {
  const straight = planned.filter(({ points }) => points.length === 0);
  const well = straight.filter(({ baseline }) => ['succeeded', 'warning'].includes(playPath(baseline).outcome));
  const used = well.length > 0 ? well : straight.slice(0, 1);
  return [
    ...new Map(
      used.map(({ baseline }) => [JSON.stringify([baseline.effects, baseline.answers, baseline.plan.inputs]), baseline]),
    ).values(),
  ];
}

/** Recorded worlds or, without them, the run as it is given; and the cases of the test file. */
function plannedOf(chosen: Chosen): readonly Planned[] {
  const { test, rehearsal, recorded } = chosen;
  const given: CaseGiven = test ?? rehearsalGiven(chosen) ?? { inputs: {}, answers: {}, effects: {} };
  const usual: Planned = { name: 'as given', baseline: baselineOf(chosen, given), points: [] };
  const cases = (test?.cases ?? []).map(({ name, points, then, expect, ...own }) => ({
    ...{ name, baseline: baselineOf(chosen, own), points, expect },
    ...(then === undefined ? {} : { then }),
  }));
  const worlds = Object.entries(recorded?.worlds ?? {}).map(([name, effects]): Planned => {
    const world = rehearsal?.worlds.find((one) => one.name === name);
    if (world === undefined)
      throw usage(
        `${chosen.runbook.id}.recorded.json has the world "${name}", and ${chosen.runbook.id}.rehearsal.yaml has no such world`,
        `record anew: \`runbook rehearse ${chosen.runbook.id} --record\``,
      );
    return { name, baseline: baselineOf(chosen, { ...world, effects }), points: [], expect: world.expect };
  });
  return [...(worlds.length === 0 ? [usual] : worlds), ...cases];
}

/** Of the first world that succeeds. */
function rehearsalGiven({ rehearsal }: Chosen): CaseGiven | undefined {
  const world = rehearsal?.worlds.find(({ expect }) => expect.outcome === 'succeeded') ?? rehearsal?.worlds[0];
  return world === undefined ? undefined : { inputs: world.inputs, answers: world.answers, effects: {} };
}

const baselineOf = (chosen: Chosen, { inputs, answers, effects }: CaseGiven): Baseline => ({
  plan: planOf(chosen, inputs),
  answers,
  effects,
});

function planOf({ runbook, find, test }: Chosen, inputs: CaseGiven['inputs']): Plan {
  const environment = { name: 'test', rehearsal: true, timeScale: 1, targets: {}, facts: test?.facts ?? {} };
  const made = makePlan(runbook, registry, { inputs, environment, find, bind: false });
  if (made.ok) return made.plan;
  throw usage(`${runbook.id}: ${made.problems.map(problemText).join('; ')}`, `give inputs in ${runbook.id}.test.yaml`);
}
