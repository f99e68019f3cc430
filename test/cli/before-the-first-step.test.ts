/** What a run needs later is looked for before its first step: secrets, also those of an undo, and the members of its targets. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    `environments:
  local:
    secrets: { there: env:FIRST_STEP_SECRET, gone: env:FIRST_STEP_GONE, lost: file:nothing-here, short: env:FIRST_STEP_SHORT, told: 'exec:["no-such-helper"]' }
    targets:
      none: { type: redis, url: "redis://127.0.0.1:1" }
      some: { type: redis, members: { a: { url: "redis://127.0.0.1:1" } } }
      locked: { type: redis, url: "redis://127.0.0.1:1", password: "secret:gone" }
`,
  );
});
afterEach(() => {
  here.remove();
});
const touched = (): boolean => existsSync(join(here.folder, 'touched'));

function run(more: string, targets = '', ...args: readonly string[]): Promise<Finished> {
  writeFileSync(
    join(here.folder, 'one.yaml'),
    `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\n${targets === '' ? '' : `targets: { ${targets} }\n`}` +
      `steps:\n  - { id: first, type: shell, argv: [touch, touched], undo: none }\n${more}`,
  );
  const env = { ...here.env, FIRST_STEP_SECRET: 'long enough', FIRST_STEP_SHORT: 'abc' };
  return runbook(['run', 'one.yaml', ...args], { cwd: here.folder, env });
}
const needing = (name: string): string => `type: shell, argv: ["true"], env: { A: "{{secrets.${name}}}" }`;

describe('a secret that cannot be opened', () => {
  it.each([
    [
      'of a later step',
      `  - { id: later, ${needing('gone')}, undo: none }\n`,
      '',
      'step later: the environment variable FIRST_STEP_GONE is not set',
    ],
    [
      'of an undo',
      `  - { id: later, type: shell, argv: ["true"], undo: { ${needing('lost')} } }\n`,
      '',
      'later~undo0: the file ',
    ],
    ['of finally', `finally:\n  - { id: last, ${needing('unknown')} }\n`, '', 'binds no secret of this name'],
    ['that is too short to be masked', `  - { id: later, ${needing('short')}, undo: none }\n`, '', 'shorter than 6 characters'],
    ['whose command is not there', `  - { id: later, ${needing('told')}, undo: none }\n`, '', 'no command no-such-helper'],
    [
      'of a target',
      '  - { id: later, type: redis, command: [GET, x] }\n',
      'locked: redis',
      'target locked: the environment variable',
    ],
  ])('%s is found before the first step', async (_what, more, targets, words) => {
    const { code, stderr } = await run(more, targets);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('abc');
    expect(touched()).toBe(false);
  });

  it('is no matter where nothing needs it', async () => {
    expect((await run(`  - { id: later, ${needing('there')}, undo: none }\n`)).code).toBe(0);
    expect(touched()).toBe(true);
  });
});

describe('a target with several members', () => {
  it.each([
    ['that has none here', 'none: { type: redis, many: true }', '"none/{{item}}"', ', forEach: targets.none', 'lists none'],
    [
      'of which the step names none',
      'some: { type: redis, many: true }',
      'some',
      '',
      '"some" has several members, and the step needs one of them',
    ],
    ['that has no such member', 'some: { type: redis, many: true }', 'some/b', '', '"some" has no member "b"'],
  ])('%s stops the run before its first step', async (_what, targets, target, more, words) => {
    const { code, stderr } = await run(`  - { id: later, type: redis, target: ${target}, command: [GET, x]${more} }\n`, targets);
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(words);
    expect(touched()).toBe(false);
  });
});
