import type { Json } from '../../interpreter/core/model/value.ts';
import { textOf } from '../../interpreter/port/text.ts';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';
import { nearest } from '../../interpreter/language/suggest.ts';
import { miscounted } from './arity.ts';
import { allCommands, isKnown, whyForbidden } from './commands.ts';

export function lint({ params }: LintSubject): readonly Finding[] {
  const { command, scan } = params;
  if ((command === undefined) === (scan === undefined)) {
    return [
      {
        code: 'redis/one-operation',
        pointer: '',
        message: 'redis needs command or scan, one of them',
        hint: 'command: [GET, key]',
      },
    ];
  }
  const name: unknown = Array.isArray(command) ? (command as readonly unknown[])[0] : undefined;
  if (typeof name !== 'string' || name.includes('{{')) return [];
  const refused = whyForbidden((command as readonly Json[]).map(textOf));
  if (refused !== undefined) return [{ code: 'redis/refused', pointer: '/command/0', message: refused }];
  if (/\s/.test(name)) {
    return [
      {
        code: 'redis/words',
        pointer: '/command/0',
        message: `"${name}" is taken as one command name`,
        hint: `one element a word: [${name.split(/\s+/).join(', ')}]`,
      },
    ];
  }
  if (isKnown(name)) {
    const wrong = miscounted(name, (command as readonly unknown[]).length);
    return wrong === undefined
      ? []
      : [
          {
            code: 'redis/arguments',
            pointer: '/command',
            message: wrong,
            hint: `https://redis.io/docs/latest/commands/${name.toLowerCase()}/`,
          },
        ];
  }
  const near = nearest(name.toUpperCase(), allCommands);
  return [
    {
      code: 'redis/unknown-command',
      severity: 'warning',
      pointer: '/command/0',
      message: `"${name}" is not in the table of commands; it is taken as a write`,
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
    },
  ];
}
