/** Every engine knows the secrets before its first word: those of steps to come, of earlier engines, and those that a target writes out. */
import { createServer } from 'node:http';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

const fromVariable = 'hunter2secretvalue';
const fromCommand = 'given-by-a-helper';
let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const config = (more = ''): void => {
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    `environments:\n  local:\n    secrets: { pw: env:EARLY_SECRET, told: 'exec:["/bin/echo", "${fromCommand}"]' }\n${more}`,
  );
};
const document = (steps: string, more = ''): void => {
  const whole = steps.includes('steps:') ? steps : `steps:\n${steps}`;
  writeFileSync(join(here.folder, 'one.yaml'), `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\n${more}${whole}`);
};
const call = async (...args: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await runbook(args, { cwd: here.folder, env: { ...here.env, EARLY_SECRET: fromVariable } });
  return stdout + stderr;
};
/** All that the runs wrote. */
function written(folder = join(here.folder, 'state')): string {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => (statSync(path).isDirectory() ? written(path) : statSync(path).isFile() ? readFileSync(path, 'latin1') : ''))
    .join('\n');
}

describe('a secret', () => {
  it('is masked before the step that uses it, and in numbers, colours and keys', async () => {
    config();
    document(`steps:
  - { id: shows, type: shell, argv: [printenv, EARLY_SECRET], passEnv: [EARLY_SECRET], reads: true }
  - { id: colour, type: shell, script: 'echo "token=$EARLY_SECRET" | grep --color=always token=hunter2', passEnv: [EARLY_SECRET], reads: true }
  - { id: key, type: shell, script: 'printf "{\\"%s\\": 1}" "$EARLY_SECRET"', passEnv: [EARLY_SECRET], reads: true, output: json }
  - { id: uses, type: shell, argv: [cat], stdin: "{{secrets.pw}}", reads: true }
`);
    const shown = await call('run', 'one.yaml', '--no-questions');
    expect(shown).toContain('shows: ok');
    for (const text of [shown, written(), await call('report', 'last')]) expect(text).not.toContain(fromVariable);
    expect(written()).not.toContain('secretvalue');
  });

  it('that only an earlier engine opened is masked in an undo', async () => {
    config();
    document(`steps:
  - id: uses
    type: shell
    script: 'echo "$A $B" > conf.txt'
    env: { A: "{{secrets.pw}}", B: "{{secrets.told}}" }
    undo: [{ type: shell, argv: [cat, conf.txt] }]
`);
    await call('run', 'one.yaml', '--trust-config', '--no-questions', '--yes');
    expect(readFileSync(join(here.folder, 'conf.txt'), 'utf8')).toBe(`${fromVariable} ${fromCommand}\n`);
    const shown = await call('undo', 'last', '--no-questions', '--yes');
    expect(written()).toContain('"outcome":"undone"');
    for (const secret of [fromVariable, fromCommand]) for (const text of [shown, written()]) expect(text).not.toContain(secret);
    expect(written()).toContain('"secrets":["pw","told"]');
  });

  it('that a target writes out is masked where a server repeats it', async () => {
    const server = createServer((request, response) => {
      response.writeHead(401).end(`refused: ${request.headers.authorization ?? ''}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    config(
      `    targets:\n      api: { type: http, url: "http://127.0.0.1:${String(port)}", headers: { authorization: Bearer literal-bearer-66 } }\n`,
    );
    document('targets: { api: http }\nsteps:\n  - { id: err, type: http, target: api, url: /err, expectStatus: [401] }\n');
    const shown = await call('run', 'one.yaml', '--no-questions');
    server.close();
    expect(written()).toContain('refused: ***');
    for (const text of [shown, written()]) expect(text).not.toContain('literal-bearer-66');
  });

  it('that is too short is refused by doctor in the words of the steps', async () => {
    writeFileSync(
      join(here.folder, 'runbook.config.yaml'),
      'environments:\n  local:\n    secrets: { short: env:SHORT_SECRET }\n',
    );
    const { stdout } = await runbook(['doctor', '--env', 'local'], {
      cwd: here.folder,
      env: { ...here.env, SHORT_SECRET: 'abc' },
    });
    expect(stdout).toContain('is shorter than 6 characters and could not be masked');
  });

  it.each([
    ['an input', 'inputs: { plain: { type: string } }\n', '', ['-i', `plain=with ${fromVariable}`], 'the input "plain" contains'],
    ['a fact', '', `    facts: { region: "${fromVariable}" }\n`, [], 'the fact "region" of the environment contains'],
  ])('that %s repeats in clear ends the run before it has a folder', async (_, inputs, facts, args, message) => {
    config(facts);
    document(`  - { id: uses, type: shell, argv: [cat], stdin: "{{secrets.pw}}", reads: true }\n`, inputs);
    const shown = await call('run', 'one.yaml', '--no-questions', ...args);
    expect(shown).toContain(`${message} a secret that the run uses, and would be in its record in clear`);
    for (const text of [shown, written()]) expect(text).not.toContain(fromVariable);
  });

  it('that a setting had before is masked like the new one, also where somebody is asked', async () => {
    config();
    writeFileSync(join(here.folder, 'app.yaml'), 'db:\n  password: "old-password-of-db1"\n  host: a\n');
    document(
      `  - { id: sets, type: file, edit: app.yaml, set: { db.password: "{{secrets.pw}}", db.host: b }, undo: none, confirm: "Set it?" }\n`,
    );
    const previewed = await call('check', 'one.yaml');
    const shown = await call('run', 'one.yaml', '--no-questions', '--yes');
    expect(readFileSync(join(here.folder, 'app.yaml'), 'utf8')).toContain(fromVariable);
    expect(written()).toContain('"db.host":{"from":"a","to":"b"}');
    for (const text of [previewed, shown, written()]) expect(text).not.toMatch(/old-password|hunter2/);
  });

  it('that a target says in an address or a command is masked where it is repeated', async () => {
    config(
      `    targets:\n      api: { type: http, url: "http://127.0.0.1:1/x?access_token=literal-in-a-query" }\n` +
        `      switches: { type: flag, provider: command, get: [cat, flag], set: [curl, -H, "Authorization: Bearer literal-in-a-command"] }\n`,
    );
    document(`  - { id: says, type: shell, argv: [echo, "literal-in-a-query", and, "literal-in-a-command"], reads: true }\n`);
    expect(await call('run', 'one.yaml', '--no-questions')).toContain('*** and ***');
  });
});
