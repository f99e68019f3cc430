/** One action a step, with what it needs, on a target that can do it. */
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';
import { parseDuration } from '../../interpreter/language/duration.ts';
import { closeNames } from '../../interpreter/language/suggest.ts';
import { actionOf, actions, possible } from './params.ts';

export function lint(subject: LintSubject): readonly Finding[] {
  return [...ofAction(subject), ...ofTime(subject)];
}

function ofAction({ params, targetType }: LintSubject): readonly Finding[] {
  const said = actions.filter((one) => params[one] !== undefined);
  const action = actionOf(params);
  if (action === undefined) {
    const message = said.length === 0 ? 'the step names no action' : `${said.join(' and ')} are two actions`;
    return [
      {
        code: 'service/action',
        pointer: said[1] === undefined ? '' : `/${said[1]}`,
        message,
        hint: `one of ${actions.join(', ')}`,
      },
    ];
  }
  const can = targetType === undefined ? undefined : possible[targetType];
  if (can?.includes(action) === false)
    return [
      {
        code: 'service/impossible',
        pointer: `/${action}`,
        message: `a ${targetType ?? ''} target cannot ${action}`,
        hint: `it can ${can.join(', ')}`,
      },
    ];
  const needs = { scale: 'replicas', replace: 'image' } as const;
  return (['scale', 'replace'] as const).flatMap((one): readonly Finding[] => {
    const key = needs[one];
    if (one === action && params[key] === undefined)
      return [{ code: 'service/action', pointer: `/${one}`, message: `${one} needs ${key}`, hint: `${key}: ...` }];
    return one !== action && params[key] !== undefined
      ? [{ code: 'service/action', pointer: `/${key}`, message: `${key} is for ${one}`, hint: `remove it, or say ${one}: NAME` }]
      : [];
  });
}

/** The timeout of the step ends the wait for health as well. */
function ofTime({ params, step }: LintSubject): readonly Finding[] {
  // A misspelt timeout is told as such, not as a missing one.
  if (step['timeout'] === undefined && closeNames('timeout', Object.keys(step), 2).length > 0) return [];
  const [within, hold, timeout] = [params['within'], params['hold'] ?? '3s', step['timeout'] ?? '2m'].map((one) =>
    typeof one === 'string' ? parseDuration(one) : undefined,
  );
  if (within === undefined || hold === undefined || timeout === undefined || within + hold < timeout) return [];
  const timeoutWords = step['timeout'] === undefined ? 'the default timeout of 2m' : `the timeout of ${String(step['timeout'])}`;
  const message = `${timeoutWords} ends the step before \`within\` and \`hold\` are over`;
  return [{ code: 'service/timeout', pointer: '/within', message, hint: 'set `timeout` longer than both together' }];
}
