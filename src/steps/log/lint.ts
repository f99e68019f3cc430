import { RE2JS } from 're2js';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';

/** Words without any sign of an expression are one; most patterns are such, and the library is large. */
const literal = /^[\w .,:;=@/%#&"'<>!~-]+$/;

export function lint({ params }: LintSubject): readonly Finding[] {
  const { match } = params;
  if (typeof match !== 'string' || match.includes('{{') || literal.test(match)) return [];
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
