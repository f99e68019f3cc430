/** Results for CI: a test case for each world and each mutant. What is not noticed and accepted, or only worth knowing, is skipped. */
import { variationText } from '../../interpreter/core/model/variation.ts';
import { xml } from '../../ui/xml.ts';
import type { RehearsalResult } from './results.ts';
import { isEnough, isProven, scoreOf, scoreText } from './results.ts';
import { stepName, variationWords, verdictWords } from './tell.ts';

interface Case {
  readonly name: string;
  readonly seconds: number;
  readonly problems: readonly string[];
  /** Not noticed, and no failure either: told as skipped. */
  readonly open?: string;
}

function casesOf(result: RehearsalResult): readonly Case[] {
  return [
    ...result.worlds.map(({ world, seconds, problems }) => ({ name: world, seconds, problems })),
    ...result.losses.map((loss) => ({
      name: `${loss.world} without ${stepName(loss)}`,
      seconds: loss.seconds,
      problems: isProven(loss) ? [] : [verdictWords(loss)],
      ...(loss.verdict === 'noticed' || !isProven(loss) ? {} : { open: verdictWords(loss) }),
    })),
    ...(result.variations ?? []).map((one) => ({
      name: variationText(one.variation),
      seconds: one.seconds,
      problems: [],
      ...(one.verdict === 'noticed' ? {} : { open: variationWords(one) }),
    })),
    ...(result.minScore === undefined
      ? []
      : [{ name: 'score', seconds: 0, problems: isEnough(result) ? [] : [scoreText(result)] }]),
  ];
}

export function rehearsalJunit(results: readonly RehearsalResult[]): string {
  const suites = results.map((result) => {
    const cases = casesOf(result);
    const score = scoreOf(result).percent;
    const counts = {
      tests: String(cases.length),
      failures: String(cases.filter(({ problems }) => problems.length > 0).length),
      skipped: String(cases.filter(({ open }) => open !== undefined).length),
    };
    const properties =
      score === undefined ? '' : element('properties', {}, element('property', { name: 'score', value: String(score) }, ''));
    return element(
      'testsuite',
      { name: result.runbook, ...counts, timestamp: result.at },
      properties + cases.map((one) => testcase(result.runbook, one)).join(''),
    );
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {}, suites.join(''))}\n`;
}

function testcase(runbook: string, { name, seconds, problems, open }: Case): string {
  const failure = problems.length === 0 ? '' : element('failure', { message: problems[0] ?? '' }, xml(problems.join('\n')));
  const skipped = open === undefined ? '' : element('skipped', { message: open }, '');
  return element('testcase', { classname: runbook, name, time: String(seconds) }, failure + skipped);
}

const element = (name: string, attributes: Readonly<Record<string, string>>, content: string): string => {
  const all = Object.entries(attributes).map(([key, value]) => ` ${key}="${xml(value)}"`);
  return content === '' ? `<${name}${all.join('')}/>` : `<${name}${all.join('')}>${content}</${name}>`;
};
