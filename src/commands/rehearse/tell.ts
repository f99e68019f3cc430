/** Results for people: lines while it runs, and Markdown. */
import { variationText } from '../../interpreter/core/model/variation.ts';
import type { RehearsalResult } from './results.ts';
import { isPassed, isProven, scoreText } from './results.ts';
import type { LossResult } from './sabotage.ts';
import type { VariationResult } from './vary.ts';
import type { WorldResult } from './worlds.ts';

export function worldLine({ world, outcome, seconds, problems }: WorldResult): string {
  const state = problems.length === 0 ? 'ok    ' : 'FAILED';
  return [`  ${state}  ${world}: ${outcome} (${String(seconds)}s)`, ...problems.map((one) => `          ${one}`)].join('\n');
}

export function lossLine(loss: LossResult): string {
  const { world, seconds, run } = loss;
  const state = loss.verdict === 'noticed' ? 'ok    ' : isProven(loss) ? 'open  ' : 'FAILED';
  const more = isProven(loss) ? '' : `; its run is ${run}`;
  return `  ${state}  ${world} without ${stepName(loss)}: ${verdictWords(loss)} (${String(seconds)}s)${more}`;
}

export const stepName = ({ step, role }: LossResult): string => (role === 'do' ? step : `the undo of ${step}`);

export function verdictWords({ verdict, by, accepted }: LossResult): string {
  if (verdict === 'noticed') {
    const words = by === undefined ? 'the run did not succeed' : `noticed by ${by}`;
    return accepted === undefined ? words : `${words}, so \`unproven\` need not name it`;
  }
  const reason = accepted === undefined ? '' : `, accepted: ${accepted}`;
  if (verdict === 'unreached') return `not tried: the run failed at ${by ?? 'another step'} before it came to the step`;
  return verdict === 'unneeded'
    ? `not noticed, and the system is well without it${reason}`
    : `NOT NOTICED, and nothing shows that the system is well${reason}`;
}

export function variationLine(one: VariationResult): string {
  const run = one.verdict === 'noticed' || one.run === undefined ? '' : `; its run is ${one.run}`;
  const seconds = one.verdict === 'idle' ? '' : ` (${String(one.seconds)}s)`;
  return `  ${one.verdict === 'noticed' ? 'ok    ' : 'open  '}  ${variationText(one.variation)}: ${variationWords(one)}${seconds}${run}`;
}

export function variationWords({ variation, verdict, where, by, accepted }: VariationResult): string {
  const reason = accepted === undefined ? '' : `, accepted: ${accepted}`;
  if (verdict === 'noticed') return `noticed in ${where ?? ''}: ${by ?? ''}`;
  if (verdict === 'same') return `${where ?? ''} ends the same${by === undefined ? '' : `, ${by} still fails`}${reason}`;
  return variation.is === 'inverted'
    ? `no world asks the condition${reason}`
    : `the check fails in no world and for no lost step${reason}`;
}

export const idleLine = (idle: readonly string[]): string =>
  `  note    checks that never fail here: ${idle.join(', ')} (--mutants tries what each check is worth)`;

export const needlessLine = (steps: readonly string[]): string =>
  `  note    \`unproven\` names what is not tried here: ${steps.join(', ')} (remove the line)`;

export function summaryLine(result: RehearsalResult): string {
  const failed = result.worlds.filter(({ problems }) => problems.length > 0).length;
  const worlds = `${String(result.worlds.length - failed)} of ${String(result.worlds.length)} worlds as expected`;
  const demanded = result.minScore === undefined ? '' : `, at least ${String(result.minScore)} % demanded`;
  const tries = result.tries === undefined ? '' : `, only at try ${String(result.tries)}`;
  return `${result.runbook}: ${worlds}, ${scoreText(result)}${demanded}${isPassed(result) ? tries : ''}`;
}

export function markdown(results: readonly RehearsalResult[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((one) => one.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : [row(head), row(head.map(() => '---')), ...rows.map(row), ''];
  return results
    .flatMap((result) => [
      `## ${result.runbook}`,
      '',
      `${summaryLine(result)}. Text ${result.sha.slice(0, 12)}, ${result.at}.`,
      '',
      ...table(
        ['World', 'Outcome', 'Seconds', 'As expected'],
        result.worlds.map(({ world, outcome, seconds, problems }) => [
          world,
          outcome,
          String(seconds),
          problems.length === 0 ? 'yes' : problems.join('; '),
        ]),
      ),
      ...table(
        ['World', 'Lost step', 'Seconds', 'Noticed'],
        result.losses.map((loss) => [loss.world, stepName(loss), String(loss.seconds), verdictWords(loss)]),
      ),
      ...table(
        ['Mistake', 'Seconds', 'Noticed'],
        (result.variations ?? []).map((one) => [
          variationText(one.variation),
          String(one.seconds),
          `${one.verdict === 'noticed' ? '' : 'no: '}${variationWords(one)}`,
        ]),
      ),
    ])
    .join('\n');
}
