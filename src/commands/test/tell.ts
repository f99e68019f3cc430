/** Results of `runbook test` for people and for CI. */
import { troubleText } from '../../interpreter/rehearsal/paths/trouble.ts';
import { xml } from '../../ui/xml.ts';
import type { CaseResult, Consequence, End, TestResult } from './results.ts';

export function lines(result: TestResult): readonly string[] {
  const { runbook, cases, consequences, breaches, paths, isComplete, seconds } = result;
  const failed = cases.filter(({ problems }) => problems.length > 0).length;
  const ofCases = cases.length === 0 ? '' : `, ${String(cases.length - failed)} of ${String(cases.length)} cases as expected`;
  const ofBreaches = breaches.length === 0 ? 'none breaks an invariant' : `${String(breaches.length)} break an invariant`;
  return [
    ...cases.map(caseLine),
    ...grouped(consequences),
    ...breaches.map(({ path, words }) => `  FAILED  ${path}: ${words}`),
    `${runbook}: ${String(paths)} paths${isComplete ? '' : ' (there are more, which were not tried)'} in ${String(seconds)}s, ${ofBreaches}${ofCases}`,
  ];
}

function caseLine({ name, outcome, problems }: CaseResult): string {
  const state = problems.length === 0 ? 'ok    ' : 'FAILED';
  return [`  ${state}  ${name}: ${outcome}`, ...problems.map((one) => `          ${one}`)].join('\n');
}

/** Steps that go wrong in the same ways with the same end stand in one line; so do the items of a list. */
function grouped(consequences: readonly Consequence[]): readonly string[] {
  const ofSteps = new Map<string, { readonly step: string; readonly hows: Set<string>; readonly end: string }>();
  for (const { step, how, ends } of consequences) {
    const name = step.replace(/(\[\d+\]|~after|#\d+)+/g, '');
    const end = endsText(ends);
    const one = ofSteps.get(`${name} ${end}`) ?? { step: name, hows: new Set(), end };
    one.hows.add(troubleText(how));
    ofSteps.set(`${name} ${end}`, one);
  }
  const found = new Map<string, string[]>();
  for (const { step, hows, end } of ofSteps.values()) {
    const rest = ` ${listed([...hows])}: ${end}`;
    found.set(rest, [...(found.get(rest) ?? []), step]);
  }
  return [...found].map(([rest, steps]) => `  if ${listed(steps)}${rest}`);
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;

export function endsText(ends: readonly End[]): string {
  const [first] = ends;
  if (first === undefined) return '';
  return first.then === undefined
    ? endText(first)
    : `asks; ${ends.map((one) => `${one.then ?? ''}: ${endText(one)}`).join('; ')}`;
}

const endText = ({ outcome, left }: End): string =>
  left.length === 0 || outcome === 'succeeded' ? outcome : `${outcome}, changed and not taken back: ${left.join(', ')}`;

export function junit(results: readonly TestResult[]): string {
  const suites = results.map((result) => {
    const cases = [
      ...result.cases.map(({ name, problems }) => ({ name, problems })),
      { name: `${String(result.paths)} paths`, problems: result.breaches.map(({ path, words }) => `${path}: ${words}`) },
    ];
    const failures = cases.filter(({ problems }) => problems.length > 0).length;
    const body = cases.map(({ name, problems }) => {
      const failure =
        problems.length === 0 ? '' : `<failure message="${xml(problems[0] ?? '')}">${xml(problems.join('\n'))}</failure>`;
      return `<testcase classname="${xml(result.runbook)}" name="${xml(name)}">${failure}</testcase>`;
    });
    const counts = `tests="${String(cases.length)}" failures="${String(failures)}" time="${String(result.seconds)}"`;
    return `<testsuite name="${xml(result.runbook)}" ${counts}>${body.join('')}</testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>${suites.join('')}</testsuites>\n`;
}
