import { RE2JS } from 're2js';
import { wordList } from '../../clients/programs/command-facts.ts';
import { notForCluster } from '../../clients/kubernetes-target.ts';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';

/** Words without any sign of an expression are one; most patterns are such, and the library is large. */
const literal = /^[\w .,:;=@/%#&"'<>!~-]+$/;

export function lint(subject: LintSubject): readonly Finding[] {
  return [...source(subject), ...pattern(subject)];
}

function source(subject: LintSubject): readonly Finding[] {
  const { params, step, targetType } = subject;
  if (targetType === 'kubernetes') return notOnCluster(subject);
  const namesUnknown = step['target'] !== undefined && targetType === undefined;
  if (params['file'] !== undefined || params['command'] !== undefined || namesUnknown) return [];
  const message = targetType === 'ssh' ? 'a host alone is not a log: say file or command' : 'the step names no log';
  return [
    { code: 'log/no-source', pointer: '', message, hint: 'file: PATH, command: [...], or target: NAME of type kubernetes' },
  ];
}

/** A log that lies elsewhere than the target says would be taken for that of the cluster. */
function notOnCluster({ params: { file, command } }: LintSubject): readonly Finding[] {
  const code = 'log/not-on-cluster';
  if (file !== undefined)
    return [{ code, pointer: '/file', message: 'a cluster has no files', hint: 'leave out file, or the target' }];
  const message = command === undefined ? undefined : notForCluster(wordList(command));
  return message === undefined ? [] : [{ code, pointer: '/command', message, hint: 'say it in the configuration' }];
}

function pattern({ params }: LintSubject): readonly Finding[] {
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
