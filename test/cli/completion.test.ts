/** Completion in the shells that people use, which the lab installs: each is asked by a tab, as a person does it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { place, program, runbook } from '../rig/cli.ts';

const here = place();
let env: Readonly<Record<string, string>>;
let run = '';

beforeAll(async () => {
  const catalogue = join(here.folder, 'runbooks.yaml.d');
  const bin = join(here.folder, 'bin');
  for (const folder of [catalogue, bin, join(here.folder, 'home')]) mkdirSync(folder);
  writeFileSync(
    join(catalogue, 'restart-cache.yaml'),
    'apiVersion: runbook/v1\nid: restart-cache\ntitle: Restart the cache\nowners: [tests]\n' +
      'inputs: { ticket: { type: string, default: none, description: The incident }, region: { type: string, default: eu } }\n' +
      'steps:\n  - { id: look, title: Look first, type: shell, argv: [echo, hi] }\n  - { id: leap, type: shell, argv: [echo, ho] }\n',
  );
  writeFileSync(join(catalogue, 'rotate-keys.yaml'), 'id: rotate-keys\ntitle: Rotate keys\n');
  writeFileSync(join(catalogue, '$(touch owned).yaml'), 'id: hostile\ntitle: "$(touch owned)"\n');
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    'environments: { staging: { rehearsal: true, targets: {} }, production: { targets: {} } }\n',
  );
  writeFileSync(join(bin, 'runbook'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(bin, 'runbook'), 0o755);
  env = {
    ...here.env,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: join(here.folder, 'home'),
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
  };
  const { stdout } = await runbook(['run', 'restart-cache', '--env', 'staging', '-o', 'json'], {
    env: here.env,
    cwd: here.folder,
  });
  run = (JSON.parse(stdout) as { readonly run: string }).run;
});
afterAll(() => {
  here.remove();
});

/** What the shell offers for a line, by its own completion. */
const asks: Readonly<Record<string, (line: string) => readonly string[]>> = {
  bash: (line) => [
    'bash',
    '--norc',
    '-c',
    'source <(runbook completion bash); COMP_LINE=$1; COMP_POINT=${#1}; _runbook; printf "%s\\n" "${COMPREPLY[@]}"',
    'bash',
    line,
  ],
  fish: (line) => ['fish', '--no-config', '-c', 'runbook completion fish | source; complete -C $argv[1]', line],
  // Its completion works only at a prompt; here the functions that draw the list print it instead.
  zsh: (line) => ['zsh', '-f', '-c', inZsh, 'zsh', line],
};
const inZsh = String.raw`
compdef() { : }
_describe() { print -rl -- "${'$'}{(@P)2}" }
_files() { : }
source <(runbook completion zsh)
words=(${'$'}{(z)1}); if [[ $1 == *' ' ]]; then words+=(''); fi
CURRENT=$#words; PREFIX=$words[CURRENT]
_runbook
`;

const offered = (shell: string, line: string): readonly string[] => {
  const [command = '', ...args] = asks[shell]?.(line) ?? [];
  const printed = execFileSync(command, args, { env, cwd: here.folder, encoding: 'utf8', timeout: 60_000 });
  return printed
    .split('\n')
    .map((one) => one.replace(/[\t:].*/, ''))
    .filter((one) => one !== '');
};

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  it.each<[string, readonly string[]]>([
    ['runbook pl', ['plan']],
    ['runbook run r', ['restart-cache', 'rotate-keys']],
    ['runbook run --', ['--env', '--answer', '--report']],
    ['runbook run restart-cache -i ', ['ticket=', 'region=']],
    ['runbook run restart-cache --env ', ['staging', 'production']],
    ['runbook run restart-cache --to l', ['look', 'leap']],
    ['runbook plan restart-cache -o j', ['json']],
    ['runbook help-me ', []],
  ])('%s', (line, words) => {
    const found = [...offered(shell, line)].sort();
    expect(found).toEqual(line.endsWith(' --') ? expect.arrayContaining([...words]) : [...words].sort());
  });

  it('offers runs, and the steps and inputs of a run', () => {
    expect(offered(shell, 'runbook report ')).toEqual(expect.arrayContaining(['last', run]));
    expect([...offered(shell, `runbook skip ${run} `)].sort()).toEqual(['leap', 'look']);
    expect([...offered(shell, 'runbook input last ')].sort()).toEqual(['region', 'ticket']);
  });

  it('leaves out names that the shell would run', () => {
    expect(offered(shell, 'runbook show ').join(' ')).not.toContain('touch');
  });
});
