/** An engine that breaks says so without the secrets that it knows: on the terminal, in engine.log, and to whoever looks. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook } from '../rig/cli.ts';
import { everythingIn } from '../rig/files.ts';
import { openTerminal } from '../rig/terminal.ts';

const secret = 'hunter2secretvalue';
let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(join(here.folder, 'runbook.config.yaml'), 'environments:\n  local:\n    secrets: { pw: env:EARLY_SECRET }\n');
  writeFileSync(
    join(here.folder, 'one.yaml'),
    `apiVersion: runbook/v1
id: one
title: One
owners: [tests]
steps:
  - { id: breaks, type: shell, argv: [touch, breaks], undo: none, env: { PW: "{{secrets.pw}}" } }
  - { id: waits, type: shell, argv: [sleep, "3"], reads: true }
`,
  );
});
afterEach(() => {
  here.remove();
});

/** What is loaded into the engine: it breaks as soon as the first step has been performed. */
const breaking = (how: string): Readonly<Record<string, string>> => ({
  ...here.env,
  EARLY_SECRET: secret,
  XDG_RUNTIME_DIR: here.folder,
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(`
    import { existsSync } from 'node:fs';
    const secret = process.env.EARLY_SECRET;
    const look = setInterval(() => {
      if (!existsSync('breaks') || (process.stdout.isTTY && process.argv[2] !== 'engine')) return;
      clearInterval(look);
      ${how}
    }, 20);
    look.unref();
  `)}`,
});

describe('the secret is masked', () => {
  it.each([
    ['in an error that nobody catches', 'throw new Error("login failed for " + secret, { cause: new TypeError(secret) });'],
    [
      'in its properties',
      'throw Object.assign(new Error("refused"), { config: { headers: { authorization: "Bearer " + secret } } });',
    ],
    ['in a rejected promise', 'Promise.reject(new AggregateError([new Error(secret)], "all of them: " + secret));'],
    ['in a text that is thrown', 'throw "login failed for " + secret;'],
    [
      'in a warning of node',
      'process.emitWarning("deprecated: " + secret); setTimeout(() => { throw new Error("the end"); }, 50);',
    ],
  ])('%s', async (_, how) => {
    const { code, stdout, stderr } = await runbook(['run', 'one.yaml', '--no-questions'], {
      cwd: here.folder,
      env: breaking(how),
    });
    expect(code, stdout + stderr).not.toBe(0);
    expect(stderr).toContain('***');
    for (const text of [stdout, stderr, everythingIn(join(here.folder, 'state'))]) expect(text).not.toContain(secret);
  });

  it('in engine.log', async () => {
    const terminal = openTerminal(['run', 'one.yaml'], {
      cwd: here.folder,
      env: breaking('throw new Error("login failed for " + secret);'),
    });
    await eventually('the end of the engine in its log', () =>
      everythingIn(join(here.folder, 'state')).includes('login failed for ***'),
    );
    terminal.hangUp();
    await terminal.code;
    for (const text of [...terminal.screen(), everythingIn(join(here.folder, 'state'))]) expect(text).not.toContain(secret);
  });
});
