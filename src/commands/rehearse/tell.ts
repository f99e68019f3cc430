/** Results in the forms of `rehearse -o`: lines while it runs, JUnit and Markdown for CI. */
import { xml } from '../../ui/xml.ts';
import type { RehearsalResult } from './results.ts';
import { isProven, scoreOf } from './results.ts';
import type { LossResult } from './sabotage.ts';
import type { WorldResult } from './worlds.ts';

export function worldLine({ world, outcome, seconds, problems }: WorldResult): string {
  const state = problems.length === 0 ? 'ok    ' : 'FAILED';
  return [`  ${state}  ${world}: ${outcome} (${String(seconds)}s)`, ...problems.map((one) => `          ${one}`)].join('\n');
}

export function lossLine(loss: LossResult): string {
  const { world, seconds, run } = loss;
  const state = loss.verdict === 'noticed' ? 'ok    ' : loss.accepted === undefined ? 'FAILED' : 'open  ';
  const more = isProven(loss) ? '' : `; its run is ${run}`;
  return `  ${state}  ${world} without ${stepName(loss)}: ${verdictWords(loss)} (${String(seconds)}s)${more}`;
}

const stepName = ({ step, role }: LossResult): string => (role === 'do' ? step : `the undo of ${step}`);

function verdictWords({ verdict, by, accepted }: LossResult): string {
  if (verdict === 'noticed') {
    const words = by === undefined ? 'the run did not succeed' : `noticed by ${by}`;
    return accepted === undefined ? words : `${words}, so \`unproven\` need not name it`;
  }
  const reason = accepted === undefined ? '' : `, accepted: ${accepted}`;
  return verdict === 'unneeded'
    ? `not noticed, and the system is well without it${reason}`
    : `NOT NOTICED, and nothing shows that the system is well${reason}`;
}

export function summaryLine(result: RehearsalResult): string {
  const { noticed, of } = scoreOf(result);
  const failed = result.worlds.filter(({ problems }) => problems.length > 0).length;
  const worlds = `${String(result.worlds.length - failed)} of ${String(result.worlds.length)} worlds as expected`;
  return `${result.runbook}: ${worlds}, ${of === 0 ? 'no step was lost' : `${String(noticed)} of ${String(of)} losses noticed`}`;
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
    ])
    .join('\n');
}

export function junit(results: readonly RehearsalResult[]): string {
  const suites = results.map((result) => {
    const cases = [
      ...result.worlds.map(({ world, seconds, problems }) => ({ name: world, seconds, problems })),
      ...result.losses.map((loss) => ({
        name: `${loss.world} without ${stepName(loss)}`,
        seconds: loss.seconds,
        problems: isProven(loss) ? [] : [verdictWords(loss)],
      })),
    ];
    const failures = cases.filter(({ problems }) => problems.length > 0).length;
    return element(
      'testsuite',
      { name: result.runbook, tests: String(cases.length), failures: String(failures), timestamp: result.at },
      cases
        .map(({ name, seconds, problems }) =>
          element(
            'testcase',
            { classname: result.runbook, name, time: String(seconds) },
            problems.length === 0 ? '' : element('failure', { message: problems[0] ?? '' }, xml(problems.join('\n'))),
          ),
        )
        .join(''),
    );
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {}, suites.join(''))}\n`;
}

const element = (name: string, attributes: Readonly<Record<string, string>>, content: string): string => {
  const all = Object.entries(attributes).map(([key, value]) => ` ${key}="${xml(value)}"`);
  return content === '' ? `<${name}${all.join('')}/>` : `<${name}${all.join('')}>${content}</${name}>`;
};
