import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

const operations = Object.keys((manifest.params as { readonly properties: object }).properties);

export function lint({ params }: LintSubject): readonly Finding[] {
  const given = operations.filter((one) => params[one] !== undefined);
  if (given.length === 0)
    return [
      { code: 'kafka/one-operation', pointer: '', message: 'kafka needs an operation', hint: `one of ${operations.join(', ')}` },
    ];
  const second = given[1];
  if (second !== undefined)
    return [
      {
        code: 'kafka/one-operation',
        pointer: `/${second}`,
        message: `${given[0] ?? ''} and ${second} exclude each other`,
        hint: 'one operation a step',
      },
    ];
  const reset = params['resetOffsets'] as Readonly<Record<string, unknown>> | undefined;
  const goals = ['to', 'offset', 'timestamp'].filter((one) => reset?.[one] !== undefined);
  if (reset !== undefined && goals.length !== 1)
    return [
      {
        code: 'kafka/one-goal',
        pointer: goals[1] === undefined ? '/resetOffsets' : `/resetOffsets/${goals[1]}`,
        message: goals.length === 0 ? 'resetOffsets does not say where to' : `${goals.join(' and ')} exclude each other`,
        hint: 'one of to, offset, timestamp',
      },
    ];
  const last = params['lastOffsets'] as { readonly key?: unknown; readonly byKey?: unknown } | undefined;
  if (last?.key !== undefined && last.byKey !== undefined)
    return [
      {
        code: 'kafka/key-and-by-key',
        pointer: '/lastOffsets/byKey',
        message: 'key and byKey exclude each other',
        hint: 'byKey reads all keys',
      },
    ];
  return [];
}
