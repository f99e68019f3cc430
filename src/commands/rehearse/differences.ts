/** How a run, of a rehearsal or of a test, ended otherwise than expected. */
import { isFinding } from '../../interpreter/core/fold/policy.ts';
import type { Expected } from '../../interpreter/rehearsal/rehearsal.ts';
import type { StoredRun } from '../../session/load-run.ts';
import { runJson } from '../../session/run-json.ts';

interface StepJson {
  readonly id: string;
  readonly section: string;
  readonly state: string;
  readonly changed: boolean | 'perhaps';
  readonly error?: { readonly message: string };
}

const stepsOf = (run: StoredRun): readonly StepJson[] =>
  (runJson(run, run.state.exitCode ?? 0) as unknown as { readonly steps: readonly StepJson[] }).steps;

export function differences(run: StoredRun, expect: Expected): readonly string[] {
  const steps = stepsOf(run);
  const outcome = run.state.outcome ?? 'interrupted';
  const failed = firstFailure(run);
  const why = failed === undefined ? '' : `; ${failed.id} ${failed.state}: ${failed.error?.message ?? 'no reason'}`;
  return [
    ...(outcome === expect.outcome
      ? []
      : [`the run ended ${outcome}, expected ${expect.outcome}${why}`, ...answersThatDidNotCount(run), ...questionsLeft(run)]),
    ...Object.entries(expect.steps).flatMap(([id, state]) => {
      const found = steps.find((one) => one.id === id)?.state ?? 'not started';
      return found === state ? [] : [`${id} is ${found}, expected ${state}`];
    }),
    ...(expect.changed === undefined ? [] : changedOtherwise(run, expect.changed)),
  ];
}

/** Of an approver who has not the role, or who is the starter. */
const answersThatDidNotCount = (run: StoredRun): readonly string[] =>
  run.records.flatMap((one) =>
    one.type === 'answer.ignored' ? [`the answer of ${one.by.name} to ${askedIn(run, one.id)} did not count: ${one.why}`] : [],
  );

/** Questions for which the file has no answer, or no further approver. */
function questionsLeft(run: StoredRun): readonly string[] {
  const left = run.records.flatMap((one) => (one.type === 'question.closed' && one.verdict === 'unanswered' ? [one.id] : []));
  return run.records.flatMap((one) => {
    if (one.type !== 'question.opened' || !left.includes(one.id)) return [];
    if (one.ask !== 'approve') return [`${one.key} asked, and \`answers\` has none that it takes (${one.options.join(', ')})`];
    const from = one.from === undefined || one.from.length === 0 ? 'somebody' : one.from.join(' or ');
    return [`${one.key} asked ${from} to approve, and \`approvers\` names nobody more who may`];
  });
}

const askedIn = (run: StoredRun, question: string): string =>
  run.records.flatMap((one) => (one.type === 'question.opened' && one.id === question ? [one.key] : []))[0] ?? question;

/** Steps by their id in the document; messages to people are not among them, nor groups and calls, which change nothing but by their steps. */
function changedOtherwise(run: StoredRun, expected: readonly string[]): readonly string[] {
  const parents = new Set(run.plan.nodes.map(({ parent }) => parent));
  const all = stepsOf(run).filter((one) => one.changed !== false && one.section !== 'comms' && one.section !== 'watch');
  const found = [...new Set(all.map((one) => keyOf(one.id)))].filter((key) => !parents.has(key));
  const more = found.filter((id) => !expected.includes(id));
  const less = expected.filter((id) => !found.includes(id));
  return [
    ...(more.length === 0 ? [] : [`changed besides what is expected: ${more.join(', ')}`]),
    ...(less.length === 0 ? [] : [`changed nothing, but should have: ${less.join(', ')}`]),
  ];
}

/** The step at which the run ended otherwise than well. */
export function firstFailure(run: StoredRun): StepJson | undefined {
  const stops = run.records.find((one) => one.type === 'run.stopping');
  const steps = stepsOf(run).filter(
    ({ id, state, section }) => (state === 'failed' || state === 'unknown') && !quiet.has(section) && !isTold(run, id),
  );
  const key = stops?.type === 'run.stopping' ? stops.stop.key : undefined;
  return steps.find((one) => one.id === key) ?? steps[0];
}

/** What fails there does not fail a run. */
const quiet: ReadonlySet<string> = new Set(['diagnosis', 'evidence', 'comms', 'postmortem', 'watch']);

/** A finding stops nothing, so no run ended at it. */
function isTold({ plan }: StoredRun, id: string): boolean {
  const node = plan.nodes.find(({ key }) => key === keyOf(id));
  return node !== undefined && isFinding(node);
}

/** Without the turns of `forEach`. */
const keyOf = (id: string): string => id.replace(/(\[\d+\])+/g, '');
