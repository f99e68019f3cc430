import { RE2JS } from 're2js';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';

export function lint({ params }: LintSubject): readonly Finding[] {
  const { match } = params;
  if (typeof match !== 'string' || match.includes('{{')) return [];
  try {
    RE2JS.compile(match);
    return [];
  } catch (problem) {
    return [
      {
        code: 'log/pattern',
        pointer: '/match',
        message: `no regular expression: ${(problem as Error).message}`,
        hint: 'look-around and back references are not possible',
      },
    ];
  }
}
