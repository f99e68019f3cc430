/** The other mutants: the runbook with one mistake, in the worlds where the mistake could show. Does a world end otherwise? */
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { Variation } from '../../interpreter/core/model/variation.ts';
import type { Loss } from '../../interpreter/rehearsal/mutants.ts';
import { rehearsedCallOf } from '../../interpreter/rehearsal/mutants.ts';
import type { Expected, MutantKind, World } from '../../interpreter/rehearsal/rehearsal.ts';
import { checksOf, invertedOf, loosenedOf, removed } from '../../interpreter/rehearsal/variations.ts';
import type { Performed, Rehearsing } from './run.ts';
import { perform, rehearsedCalls } from './run.ts';
import { firstFailure } from './differences.ts';
import { problemsAfter, secondsSince } from './worlds.ts';

export interface VariationResult {
  readonly variation: Variation;
  /** noticed: a run ends otherwise. same: every run in which it could show ends as before. idle: there is no such run. */
  readonly verdict: 'noticed' | 'same' | 'idle';
  /** `healthy`, or `faulted without pause`: the run that ended otherwise, or the last one that did not. */
  readonly where?: string;
  /** What was otherwise, or the step that still failed. */
  readonly by?: string;
  /** Why the author accepts that nothing notices. */
  readonly accepted?: string;
  readonly run?: string;
  readonly seconds: number;
}

/** A run of the runbook as it is, which ended as expected: of a world, or of a world in which a step was lost and its loss noticed. */
export interface Tried {
  readonly world: World;
  readonly performed: Performed;
  readonly loss?: Loss & { readonly as: string };
  readonly seconds: number;
}

export interface Varying {
  readonly rehearsing: Rehearsing;
  readonly kinds: readonly MutantKind[];
  readonly verify: string | undefined;
  readonly unproven: Readonly<Record<string, string>>;
  /** Told of each as it ends. */
  readonly onResult: (result: VariationResult, run: Performed | undefined) => Promise<void>;
}

/** Checks that failed in none of the runs: no world and no lost step needs them. */
export function idleChecks(rehearsing: Rehearsing, tried: readonly Tried[]): readonly string[] {
  const plan = tried[0]?.performed.plan;
  if (plan === undefined) return [];
  return checksOf(ownPart(rehearsing, plan)).flatMap(({ key }) => (failing(tried, key).length === 0 ? [key] : []));
}

/** Without the steps of called runbooks that have a rehearsal of their own. */
export function ownPart(rehearsing: Rehearsing, plan: Plan): Plan {
  const calls = rehearsedCalls(rehearsing, plan);
  return { ...plan, nodes: plan.nodes.filter((node) => rehearsedCallOf(node, calls) === undefined) };
}

export async function vary(one: Varying, tried: readonly Tried[]): Promise<readonly VariationResult[]> {
  const whole = tried[0]?.performed.plan;
  if (whole === undefined) return [];
  const plan = ownPart(one.rehearsing, whole);
  const found: VariationResult[] = [];
  const attempt = async (variation: Variation, runs: readonly Tried[]): Promise<VariationResult> => {
    const { result, run } = await tryIn(one, variation, runs);
    const accepted = result.verdict === 'noticed' ? undefined : one.unproven[variation.node];
    const told = { ...result, ...(accepted === undefined ? {} : { accepted }) };
    found.push(told);
    await one.onResult(told, run);
    return told;
  };
  for (const node of checksOf(plan)) {
    const runs = failing(tried, node.key);
    const isNeeded = !one.kinds.includes('checks') || (await attempt(removed(node), runs)).verdict === 'noticed';
    // A check that nothing needs as it is, nothing needs strict.
    if (isNeeded && one.kinds.includes('thresholds') && runs.length > 0)
      for (const variation of loosenedOf(plan, node)) await attempt(variation, runs);
  }
  if (one.kinds.includes('conditions'))
    for (const variation of invertedOf(plan)) await attempt(variation, deciding(tried, variation.node));
  return found;
}

/** Runs in which the step failed, the shortest first; worlds before losses, because they are the author's own. */
function failing(tried: readonly Tried[], key: string): readonly Tried[] {
  const runs = tried.filter(({ performed: { plan, state } }) =>
    instancesOf(plan, state, key).some(({ status }) => status === 'failed' || status === 'unknown'),
  );
  return inOrder(runs);
}

/** Worlds in which the condition of the step was asked. */
function deciding(tried: readonly Tried[], key: string): readonly Tried[] {
  const runs = tried.filter(
    ({ loss, performed: { plan, state } }) =>
      loss === undefined && instancesOf(plan, state, key).some((one) => one.when !== undefined),
  );
  return inOrder(runs);
}

const instancesOf = (plan: Plan, state: Performed['state'], key: string) =>
  Object.values(state.instances).filter((one) => plan.nodes[one.node]?.key === key);

const inOrder = (runs: readonly Tried[]): readonly Tried[] =>
  [...runs].sort((a, b) => Number(a.loss !== undefined) - Number(b.loss !== undefined) || a.seconds - b.seconds);

interface Attempted {
  readonly result: VariationResult;
  readonly run: Performed | undefined;
}

/** In one run after the other, until one ends otherwise. */
async function tryIn(one: Varying, variation: Variation, runs: readonly Tried[]): Promise<Attempted> {
  const begin = performance.now();
  let last: Attempted = { result: { variation, verdict: 'idle', seconds: 0 }, run: undefined };
  for (const tried of runs) {
    await one.rehearsing.system.prepare(tried.world.prepare);
    const wasWell = firstFailure(tried.performed) === undefined;
    const run = await perform(one.rehearsing, tried.world, {
      variation,
      ...(tried.loss === undefined ? {} : { loss: tried.loss }),
      endsEarly: wasWell || tried.loss !== undefined,
    });
    const noticed = await noticedBy(one, variation, tried, run);
    const by = noticed ?? firstFailure(run)?.id;
    last = {
      run,
      result: {
        variation,
        verdict: noticed === undefined ? 'same' : 'noticed',
        where: nameOf(tried),
        ...(by === undefined ? {} : { by }),
        run: run.directory.id,
        seconds: secondsSince(begin),
      },
    };
    if (noticed !== undefined) return last;
  }
  return last;
}

/** What is otherwise than before; undefined: nothing. That the changed check itself passes now is no news. */
async function noticedBy(one: Varying, variation: Variation, tried: Tried, run: Performed): Promise<string | undefined> {
  if (tried.loss !== undefined) {
    const { outcome } = run.state;
    return outcome === 'succeeded' || outcome === 'warning' ? 'the loss is not noticed any more' : undefined;
  }
  const expect = variation.is === 'inverted' ? tried.world.expect : withoutStep(tried.world.expect, variation.node);
  return (await problemsAfter(one.rehearsing, run, expect, one.verify))[0];
}

const withoutStep = (expect: Expected, step: string): Expected => ({
  ...expect,
  steps: Object.fromEntries(Object.entries(expect.steps).filter(([id]) => id !== step)),
});

const nameOf = ({ world, loss }: Tried): string =>
  loss === undefined ? world.name : `${world.name} without ${loss.role === 'do' ? loss.node : `the undo of ${loss.node}`}`;
