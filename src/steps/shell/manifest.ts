import type { Manifest } from '../../interpreter/port/step-type.ts';

const texts = (description: string) =>
  ({ type: 'array', items: { type: ['string', 'number', 'boolean'] }, description }) as const;

export const manifest: Manifest = {
  port: 1,
  type: 'shell',
  summary: 'Runs a command (argv) or a script, in a process group of its own.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      argv: { ...texts('The command and its arguments, one element each; no shell reads them.'), minItems: 1 },
      script: {
        type: 'string',
        minLength: 1,
        description: 'Text for a shell. No templates inside: values arrive by env; braces are written \\{{.',
      },
      shell: { enum: ['bash', 'sh'], description: 'Which shell reads the script; default bash -euo pipefail.' },
      env: {
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
        description: 'Environment variables of the child.',
      },
      passEnv: { type: 'array', items: { type: 'string' }, description: 'Names of our own variables that the child may see.' },
      cwd: {
        type: 'string',
        description: 'Working directory; default: the folder of the runbook, over ssh where the login begins.',
      },
      stdin: {
        type: 'string',
        description: 'Text on standard input, or data of one whole template, which is sent as JSON; default: none.',
      },
      allowExit: {
        type: 'array',
        items: { type: 'integer' },
        minItems: 1,
        description: 'Exit codes that are not failures; default [0].',
      },
      output: {
        enum: ['text', 'lines', 'json'],
        description:
          'How stdout is read: text (default), lines or json. The value, and result.output, is that text without the line breaks at its end, list or data.',
      },
      background: {
        enum: ['end', 'keep'],
        description:
          'Processes that the command leaves running: end (default) or keep, for a command that starts a service. Both are told in the record as a warning, with process id and command. A command that is stopped leaves none.',
      },
      reads: { type: 'boolean', description: 'The author answers for it that the command only reads; see docs/reads.md.' },
    },
  },
  result: {
    type: 'object',
    properties: {
      exitCode: { type: 'integer' },
      stdout: { type: 'string' },
      stderr: { type: 'string' },
      output: { description: 'stdout as read by `output`.' },
      truncated: { type: 'boolean' },
    },
  },
  value: 'result.output',
  target: { types: ['process', 'kubernetes', 'ssh'], schema: { type: 'object' }, required: false },
  secretAt: ['/env/*', '/stdin'],
  sinkAt: { '/argv/*': 'argv', '/env/*': 'env', '/cwd': 'path', '/stdin': 'stdin', '/script': 'script' },
  forbidTemplateAt: ['/script', '/passEnv'],
  kind: 'effect',
  timeout: 60_000,
};
