/** Inputs of type `secret`: given by reference or typed without an echo, used by a step, and in no file, no argument and no output. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/console/exit-codes.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { everythingIn } from '../rig/files.ts';
import { openTerminal } from '../rig/terminal.ts';

const secret = 'Tr0ub4dor&3 "horse"';
let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(join(here.folder, 'token.txt'), `${secret}\n`);
});
afterEach(() => {
  here.remove();
});

const document = (steps: string, inputs = 'token: { type: secret, description: token of the shop }', more = ''): void => {
  writeFileSync(
    join(here.folder, 'one.yaml'),
    `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\n${more}inputs: { ${inputs} }\nsteps:\n${steps}`,
  );
};
const call = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> =>
  runbook(args, { cwd: here.folder, env: { ...here.env, ...env } });
const written = (): string => everythingIn(join(here.folder, 'state'));
const file = (name: string): string => readFileSync(join(here.folder, name), 'utf8');

/** Uses the secret, prints it, and notes the arguments of every process on this machine. */
const uses = `  - id: uses
    type: shell
    script: 'printenv TOKEN > used.txt; printenv TOKEN; cat /proc/[0-9]*/cmdline > arguments.txt 2>/dev/null || true'
    env: { TOKEN: "{{inputs.token}}" }
    undo: [{ type: shell, script: 'cat used.txt' }]
`;
/** Ends the engine the first time. */
const dies = `  - { id: dies, type: shell, script: 'test -e died || { touch died; kill -9 $PPID; }', reads: true }\n`;

describe('a secret input', () => {
  it.each([
    ['a file', 'file:token.txt'],
    ['a variable', 'env:SHOP_TOKEN'],
  ])('from %s reaches the step, and nothing else', async (_, reference) => {
    document(uses);
    const env = { SHOP_TOKEN: secret };
    const { code, stdout, stderr } = await call(['run', 'one.yaml', '-i', `token=${reference}`, '--no-questions', '--yes'], env);
    expect(stdout + stderr).toContain('uses: ok');
    expect(code).toBe(0);
    expect(file('used.txt')).toBe(`${secret}\n`);
    expect(file('arguments.txt')).toContain('cli.js');
    const undone = await call(['undo', 'last', '--no-questions', '--yes'], env);
    expect(undone.code, undone.stderr).toBe(exitCodes.undone);
    const shown = await Promise.all(
      [
        ['report', 'last'],
        ['report', 'last', '-o', 'json'],
        ['runs', '-o', 'json'],
        ['plan', 'one.yaml', '-o', 'json', '-i', `token=${reference}`],
      ].map(async (args) => (await call(args, env)).stdout),
    );
    for (const text of [stdout, stderr, undone.stdout, undone.stderr, written(), file('arguments.txt'), ...shown])
      expect(text).not.toMatch(/Tr0ub4dor|horse/);
  });

  it('given in clear is refused, and not repeated', async () => {
    document(uses);
    for (const command of ['run', 'plan', 'check']) {
      const { code, stdout, stderr } = await call([command, 'one.yaml', '-i', `token=${secret}`]);
      expect(code).toBe(2);
      expect(stderr).toContain('input "token" is a secret and was given in clear: change the secret, it may be known now');
      expect(stdout + stderr).not.toContain('Tr0ub4dor');
    }
    writeFileSync(join(here.folder, 'inputs.yaml'), `token: ${JSON.stringify(secret)}\n`);
    const { code, stderr } = await call(['run', 'one.yaml', '--input-file', 'inputs.yaml']);
    expect(code).toBe(2);
    expect(stderr).not.toContain('Tr0ub4dor');
  });

  it.each([
    ['nobody can be asked for it', [], 'secret input "token" is required: write -i token=env:VARIABLE or -i token=file:PATH'],
    ['its file is not there', ['-i', 'token=file:none.txt'], 'none.txt cannot be read'],
    ['its variable is not set', ['-i', 'token=env:NOT_SET'], 'the environment variable NOT_SET is not set'],
    ['it is too short to be masked', ['-i', 'token=env:SHORT'], 'it is shorter than 6 characters'],
  ])('is refused before the first step when %s', async (_, args, message) => {
    document(uses);
    const { code, stderr } = await call(['run', 'one.yaml', ...args], { SHORT: 'abc' });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(written()).toBe('');
  });

  it('is read again when the run is resumed, from where it is now', async () => {
    document(
      `${uses}${dies}  - { id: again, type: shell, script: 'cat used.txt; test "$TOKEN" = "$(cat used.txt)"', env: { TOKEN: "{{inputs.token}}" }, reads: true }\n`,
    );
    await call(['run', 'one.yaml', '-i', 'token=env:SHOP_TOKEN', '--no-questions', '--yes'], { SHOP_TOKEN: secret });
    const gone = await call(['resume', 'last', '--no-questions', '--yes']);
    expect(gone.code).toBe(2);
    expect(gone.stderr).toContain('secret input "token": the environment variable SHOP_TOKEN is not set');
    expect(gone.stderr).toContain('-i NAME=env:VARIABLE or -i NAME=file:PATH');
    const other = await call(['resume', 'last', '--no-questions', '--yes', '-i', 'host=db1']);
    expect(other.stderr).toContain('only secret inputs are given again');
    const { code, stdout, stderr } = await call(['resume', 'last', '--no-questions', '--yes', '-i', 'token=file:token.txt']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('again: ok');
    for (const text of [stdout, stderr, written()]) expect(text).not.toMatch(/Tr0ub4dor|horse/);
  });

  it('is typed on a terminal without an echo, and again after the engine was killed', async () => {
    document(`${uses}${dies}`);
    const env = { ...here.env, XDG_RUNTIME_DIR: here.folder };
    const first = openTerminal(['run', 'one.yaml', '--yes'], { cwd: here.folder, env });
    await first.sees('token (token of the shop), not shown:');
    await first.type(`wrong\u0015${secret}x\u007f`);
    expect(first.screen().join('\n')).not.toMatch(/wrong|Tr0ub4dor/);
    await first.type('\r');
    await first.code;
    const second = openTerminal(['resume', 'last', '--yes', '-o', 'plain'], { cwd: here.folder, env });
    await second.sees('token (token of the shop), not shown:');
    await second.type(`${secret}\r`);
    expect(await second.code).toBe(0);
    expect(file('used.txt')).toBe(`${secret}\n`);
    for (const text of [...first.screen(), ...second.screen(), written(), file('arguments.txt')])
      expect(text).not.toMatch(/Tr0ub4dor|horse/);
  });

  it('is not asked for twice, nor kept, when whoever is asked gives up', async () => {
    document(uses);
    const terminal = openTerminal(['run', 'one.yaml'], { cwd: here.folder, env: here.env });
    await terminal.sees('not shown:');
    await terminal.type('half\u0003');
    expect(await terminal.code).toBe(11);
    expect(terminal.screen().join('\n')).toContain('the secret was not given; nothing was done');
    expect(written()).toBe('');
  });
});

describe('lint lets a secret input flow', () => {
  const refused = [
    ['an argument', '{ id: s1, type: shell, argv: [login, "{{inputs.token}}"], undo: none }', 'template/secret'],
    ['a title', '{ id: s2, title: "with {{inputs.token}}", type: shell, argv: ["true"], reads: true }', 'template/secret'],
    ['a target', '{ id: s3, type: http, target: "{{inputs.token}}", method: GET, url: / }', 'template/secret'],
    ['a note', '{ id: s4, type: manual, note: "{{inputs.token}}" }', 'template/secret'],
    ['a duration', '{ id: s5, type: shell, argv: ["true"], timeout: "{{inputs.token}}", reads: true }', 'template/secret'],
    ['a part of it', '{ id: s6, type: shell, argv: [a], env: { A: "{{inputs.token.0}}" }, undo: none }', 'template/unknown-name'],
    ['a condition', '{ id: s7, type: shell, argv: ["true"], when: "size(inputs.token) > 3", reads: true }', 'expression/secret'],
    ['a list', '{ id: s8, type: shell, argv: ["true"], forEach: "[inputs.token]", reads: true }', 'expression/secret'],
    [
      'a condition in brackets',
      `{ id: s9, type: shell, argv: ["true"], when: "inputs['token'] == 'a'", reads: true }`,
      'expression/secret',
    ],
    ['a question', '{ id: s10, type: ask, fields: { password: { type: secret } } }', 'input/secret'],
  ] as const;

  it('to no place but those of secrets', async () => {
    document(
      refused.map(([, step]) => `  - ${step}\n`).join(''),
      undefined,
      'targets: { api: http }\nlock: "{{inputs.token}}"\n',
    );
    const { stdout } = await call(['lint', 'one.yaml', '-o', 'json']);
    const { findings } = JSON.parse(stdout) as { findings: { code: string; line: number }[] };
    const first =
      file('one.yaml')
        .split('\n')
        .findIndex((line) => line.includes('id: s1,')) + 1;
    const codes = (line: number): readonly string[] => findings.filter((one) => one.line === line).map(({ code }) => code);
    for (const [at, [place, , code]] of refused.entries()) expect(codes(first + at), place).toContain(code);
    expect(codes(6), 'the lock').toContain('template/secret');
  });

  it('from no declaration that would show it', async () => {
    document(uses, 'token: { type: secret, default: hunter22222, enum: [a], pattern: "^x" }');
    const { code, stdout } = await call(['lint', 'one.yaml']);
    expect(code).toBe(3);
    for (const key of ['default', 'enum', 'pattern']) expect(stdout).toContain(`a secret cannot have "${key}"`);
  });

  it('to the environment and the input of a command, and to a header', async () => {
    document(
      `  - { id: one, type: shell, argv: [login], env: { A: "{{inputs.token}}" }, stdin: "{{inputs.token}}", undo: none }
  - { id: two, type: http, method: GET, url: /orders, headers: { authorization: "Bearer {{inputs.token}}" } }
`,
      undefined,
      'targets: { api: http }\n',
    );
    const { code, stdout } = await call(['lint', 'one.yaml']);
    expect(code, stdout).toBe(0);
  });
});
