/** Mistakes in commands that a shell would have hidden. */
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';

const operators = /^(?:\||\|\||&&|;|>|>>|<|2>|2>&1|&)$/;

export function lint({ params }: LintSubject): readonly Finding[] {
  const found: Finding[] = [];
  const { argv, script } = params;
  if (argv === undefined && script === undefined) {
    found.push({
      code: 'shell/no-command',
      pointer: '',
      message: 'shell needs argv or script',
      hint: 'argv: [command, argument]',
    });
  }
  if (argv !== undefined && script !== undefined) {
    found.push({
      code: 'shell/two-commands',
      pointer: '/script',
      message: 'argv and script exclude each other',
      hint: 'keep one of them',
    });
  }
  if (Array.isArray(argv)) {
    argv.forEach((word, index) => {
      if (typeof word !== 'string') return;
      const pointer = `/argv/${String(index)}`;
      if (operators.test(word)) {
        found.push({
          code: 'shell/operator-in-argv',
          pointer,
          message: `no shell reads argv: "${word}" would be an argument`,
          hint: 'use `script:` for pipes and redirections',
        });
      } else if (index === 0 && /\s/.test(word) && !word.includes('{{')) {
        found.push({
          code: 'shell/words-in-argv',
          pointer,
          message: `"${word}" is taken as the name of one program`,
          hint: `one element a word: [${word.split(/\s+/).join(', ')}]`,
        });
      }
    });
  }
  if (params['shell'] !== undefined && script === undefined) {
    found.push({ code: 'shell/no-script', pointer: '/shell', message: 'shell does nothing without script' });
  }
  return found;
}
