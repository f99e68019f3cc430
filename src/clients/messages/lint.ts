/** What is wrong with a message as written, as far as the type of its receiver tells. */
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';
import { limitsOf } from './limits.ts';
import { severityOf, severityWords } from './severity.ts';

export function lintMessage(subject: LintSubject): readonly Finding[] {
  return [...tooLong(subject), ...severity(subject), ...unused(subject), ...follows(subject)];
}

/** Only constants: what templates give is shortened when it is sent, with a note. */
function tooLong(subject: LintSubject): readonly Finding[] {
  const { params, targetType } = subject;
  const limits = limitsOf[targetType ?? ''];
  if (limits === undefined) return [];
  return (['message', 'title'] as const).flatMap((key) => {
    const text = params[key];
    const most = limits[key];
    if (typeof text !== 'string' || most === undefined || text.length <= most || !subject.literal(`/${key}`)) return [];
    return [
      {
        code: 'message/too-long',
        severity: 'warning',
        pointer: `/${key}`,
        message: `${key} has ${String(text.length)} characters, and ${targetType ?? ''} takes ${String(most)}: it would be shortened`,
        hint: 'say it in fewer words, or attach the report where the receiver carries files',
      } as const,
    ];
  });
}

function severity(subject: LintSubject): readonly Finding[] {
  const { targetType } = subject;
  const said = subject.params['severity'];
  if (targetType !== 'pager' || typeof said !== 'string' || !subject.literal('/severity') || severityOf(said) !== undefined)
    return [];
  return [
    {
      code: 'message/severity',
      severity: 'warning',
      pointer: '/severity',
      message: `a pager does not know the severity "${said}"; it would be sent as a warning`,
      hint: `one of ${severityWords.join(', ')}`,
    },
  ];
}

/** Key -> types of receivers that do something with it. */
const meantFor: Readonly<Record<string, readonly string[]>> = {
  action: ['pager'],
  status: ['statuspage', 'webhook', 'ticket'],
  components: ['statuspage', 'webhook', 'ticket'],
  attach: ['ticket', 'webhook', 'email'],
};

function unused({ params, targetType }: LintSubject): readonly Finding[] {
  if (targetType === undefined) return [];
  return Object.entries(meantFor).flatMap(([key, types]) =>
    params[key] === undefined || types.includes(targetType)
      ? []
      : [
          {
            code: 'message/unused',
            severity: 'warning',
            pointer: `/${key}`,
            message: `${targetType} does nothing with ${key}`,
            hint: `it is meant for ${types.join(', ')}`,
          } as const,
        ],
  );
}

function follows({ params, targetType }: LintSubject): readonly Finding[] {
  const { action } = params;
  if ((action !== 'acknowledge' && action !== 'resolve') || params['follows'] !== undefined) return [];
  if (targetType !== undefined && targetType !== 'pager') return [];
  return [
    {
      code: 'message/no-follows',
      pointer: '/action',
      message: `${action} does not say which alert it means`,
      hint: "follows: '{{steps.<the step that raised it>.value.id}}'",
    },
  ];
}
