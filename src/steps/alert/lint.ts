import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';

const operations = ['alert', 'silence', 'expire'] as const;

export function lint({ params, targetType }: LintSubject): readonly Finding[] {
  const given = operations.filter((one) => params[one] !== undefined);
  const [first, second] = given;
  if (first === undefined || second !== undefined) {
    return [
      {
        code: 'alert/one-operation',
        pointer: second === undefined ? '' : `/${second}`,
        message: first === undefined ? 'alert does nothing' : `${first} and ${second ?? ''} exclude each other`,
        hint: 'one of alert (reads its state), silence, expire',
      },
    ];
  }
  const wanted = first === 'alert' ? 'prometheus' : 'alertmanager';
  if (targetType !== undefined && targetType !== wanted) {
    return [
      {
        code: 'alert/target',
        pointer: `/${first}`,
        message: `${first} is asked of a target of type ${wanted}, not ${targetType}`,
        hint: `target: one of type ${wanted}`,
      },
    ];
  }
  return [];
}
