/** Mistakes in commands that a shell would have hidden. */
import { resolve } from 'node:path';
import { doubtOf, wordList } from '../../clients/programs/command-facts.ts';
import { findProgram } from '../../clients/find-program.ts';
import { notForCluster } from '../../clients/kubernetes-target.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { commandLine } from './command-line.ts';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';

const operators = /^(?:\||\|\||&&|;|>|>>|<|2>|2>&1|&)$/;

export function lint({ params, step, machine, targetType }: LintSubject): readonly Finding[] {
  const found: Finding[] = [...notRetried(step, targetType), ...neverReached(params, step)];
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
  if (targetType === 'kubernetes') found.push(...notOnCluster(params));
  found.push(...falseWord(params));
  if (machine !== undefined && targetType === undefined && found.length === 0) found.push(...notHere(params, machine.directory));
  const pipe = params['shell'] === 'sh' && typeof script === 'string' ? pipeline(script) : undefined;
  if (pipe !== undefined)
    found.push({
      code: 'shell/lost-exit-code',
      severity: 'warning',
      pointer: '/script',
      offset: pipe,
      length: 1,
      message: 'sh keeps the exit code of the last command of a pipe only',
      hint: 'leave out `shell: sh`: bash runs with pipefail',
    });
  if (params['shell'] !== undefined && script === undefined) {
    found.push({ code: 'shell/no-script', pointer: '/shell', message: 'shell does nothing without script' });
  }
  return found;
}

/** A command that its target cannot lead to the cluster would act wherever the current context points. */
function notOnCluster({ argv, script }: LintSubject['params']): readonly Finding[] {
  if (script !== undefined)
    return [
      {
        code: 'shell/not-on-cluster',
        pointer: '/script',
        message: 'a script cannot be held to the cluster of its target',
        hint: 'argv: [kubectl, ...], a step for each command',
      },
    ];
  const message = Array.isArray(argv) ? notForCluster(wordList(argv)) : undefined;
  return message === undefined
    ? []
    : [{ code: 'shell/not-on-cluster', pointer: '/argv', message, hint: 'say it in the configuration' }];
}

/** `reads: true` on a command that certainly writes: `check` would run it. */
function falseWord(params: LintSubject['params']): readonly Finding[] {
  const doubt = params['reads'] === true ? doubtOf(commandLine(params), true) : undefined;
  if (doubt === undefined) return [];
  return [
    {
      code: 'shell/reads-but-writes',
      pointer: '/reads',
      message: `this is not a read: ${doubt.why}`,
      hint: 'remove `reads: true`',
    },
  ];
}

/** Where the first pipe of a script stands; texts in quotes and comments aside. */
function pipeline(script: string): number | undefined {
  const bare = script.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'|(?<=^|\s)#.*/gm, (quoted) => ' '.repeat(quoted.length));
  const at = bare.search(/(?<!\||>)\|(?!\|)/);
  return at < 0 || /pipefail/.test(script) ? undefined : at;
}

/** Without `classes` only refused connections and timeouts are tried again; a command on this machine fails by its exit code. */
function notRetried({ retry, until }: LintSubject['step'], targetType: string | undefined): readonly Finding[] {
  const hasClasses = retry !== null && typeof retry === 'object' && 'classes' in retry;
  if (retry === undefined || hasClasses || until !== undefined || targetType === 'ssh') return [];
  return [
    {
      code: 'shell/not-retried',
      severity: 'warning',
      pointer: '/retry',
      message: 'a command that fails is not tried again: `retry` is for connections and timeouts unless it has classes',
      hint: 'retry: { attempts: 3, classes: [exit-code] }',
    },
  ];
}

/** Another exit code than 0 fails the step before its condition is asked, unless it is allowed. */
function neverReached({ allowExit }: LintSubject['params'], step: LintSubject['step']): readonly Finding[] {
  const allowed: readonly Json[] = Array.isArray(allowExit) ? (allowExit as readonly Json[]) : [0];
  return ['expect', 'until'].flatMap((key): readonly Finding[] => {
    const source = step[key];
    const code = typeof source === 'string' ? /^\s*result\.exitCode\s*==\s*(\d+)\s*$/.exec(source)?.[1] : undefined;
    if (code === undefined || allowed.includes(Number(code))) return [];
    const message = `exit code ${code} fails the step, so this condition is never reached with it`;
    return [
      { code: 'shell/exit-not-allowed', pointer: `/${key}`, message, hint: `allowExit: [${[...allowed, code].join(', ')}]` },
    ];
  });
}

/** Whether the program is on this machine; what a template names is known only in a run. */
function notHere(params: LintSubject['params'], directory: string): readonly Finding[] {
  const { argv, script, shell, cwd, env } = params;
  const name = Array.isArray(argv) ? (argv as readonly Json[])[0] : script === undefined ? undefined : (shell ?? 'bash');
  const given = env !== null && typeof env === 'object' ? (env as Readonly<Record<string, Json>>)['PATH'] : undefined;
  const from = typeof cwd === 'string' ? cwd : '.';
  if (typeof name !== 'string' || name === '' || [name, given, from].some((one) => String(one).includes('{{'))) return [];
  if (findProgram(name, String(given ?? process.env['PATH'] ?? ''), resolve(directory, from)) !== undefined) return [];
  return [
    {
      code: 'shell/no-such-program',
      severity: 'warning',
      pointer: Array.isArray(argv) ? '/argv/0' : '/script',
      message: `${name} is not on this machine`,
      hint: 'install it, mend the name, or put its folder on PATH',
    },
  ];
}
