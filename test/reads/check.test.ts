/** `runbook check` may be pointed at production: whatever a runbook says, the tree that its commands run in is the same before and after. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { families } from '../../src/clients/programs/families/index.ts';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { everyday, hostile } from './tables.ts';

let here: Place;
let sandbox: string;
beforeEach(() => {
  here = place();
  sandbox = join(here.folder, 'sandbox');
  mkdirSync(join(sandbox, 'folder'), { recursive: true });
  for (const name of ['f', 'victim', 'folder/x', 'script']) writeFileSync(join(sandbox, name), `${name}\nb\na\na\n`);
});
afterEach(() => {
  here.remove();
});

/** Names, kinds, modes, times and contents. */
function treeHash(): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(sandbox, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs, size } = lstatSync(path);
    hash.update(JSON.stringify([path, mode, entry.isDirectory() ? 0 : mtimeMs, size]));
    if (entry.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

const step = (argv: readonly string[], index: number): string =>
  `  - { id: s${String(index)}, type: shell, cwd: ${sandbox}, timeout: 5s, argv: ${JSON.stringify(argv)} }\n`;

function check(body: string, ...more: readonly string[]) {
  const path = join(here.folder, 'look.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: look\ntitle: Look\nowners: [tests]\n${body}steps: []\n`);
  return runbook(['check', path, ...more], { env: here.env, cwd: here.folder });
}

const installed = (name: string): boolean => {
  try {
    execFileSync('which', [name]);
    return true;
  } catch {
    return false;
  }
};

describe('runbook check', () => {
  it('refuses each command of the hostile table where only reads may stand, and runs none', async () => {
    const before = treeHash();
    const { code, stderr } = await check(`diagnosis:\n${hostile.map(step).join('')}`);
    expect(code).toBe(3);
    expect(stderr).toContain('effect/write-in-reads');
    expect(stderr).toContain('nothing was executed');
    expect(treeHash()).toBe(before);
  });

  it('leaves the tree as it is when it really performs everyday reads', async () => {
    const local = new Set(['Text tools', 'Files and folders'].flatMap((name) => Object.keys(families[name] ?? {})));
    const commands = everyday.filter(
      ([name = '', ...rest]) =>
        (local.has(name) || ['env', 'timeout', 'nice', 'stdbuf'].includes(name)) && !rest.includes('-f') && installed(name),
    );
    expect(commands.length).toBeGreaterThan(30);
    const before = treeHash();
    const { stdout } = await check(`diagnosis:\n${commands.map(step).join('')}`, '-o', 'json');
    const { steps } = JSON.parse(stdout) as { readonly steps: readonly { readonly mark: string }[] };
    expect(steps.filter((one) => one.mark === 'v').length).toBeGreaterThan(25);
    expect(treeHash()).toBe(before);
  });

  it('performs evidence too, once, so that a diagnosis can read it', async () => {
    const path = join(here.folder, 'seen.yaml');
    writeFileSync(
      path,
      'apiVersion: runbook/v1\nid: seen\ntitle: Seen\nowners: [tests]\n' +
        'evidence:\n  - { id: load, type: shell, argv: [echo, "7"] }\n' +
        'diagnosis:\n  - { id: high, type: check, value: steps.load.value, expect: \'value == "7"\' }\n' +
        'steps:\n  - { id: mend, type: shell, undo: none, script: "echo mended" }\n',
    );
    const checked = await runbook(['check', path, '-o', 'json'], { env: here.env, cwd: here.folder });
    const { steps } = JSON.parse(checked.stdout) as { readonly steps: readonly { readonly mark: string; readonly id: string }[] };
    expect(steps.map(({ mark, id }) => `${mark} ${id}`)).toEqual(['v load', 'v high', 'v mend']);
    const run = await runbook(['run', path, '--only', 'diagnosis'], { env: here.env, cwd: here.folder });
    expect([run.code, run.stdout.match(/load: ok/g)?.length, run.stdout.includes('mended')]).toEqual([0, 1, false]);
  });

  it.each([
    [['sort', '{{inputs.value}}', 'f'], '-ovictim'],
    [['uniq', 'f', '{{inputs.value}}', '{{inputs.value}}'], 'victim'],
    [['find', 'folder', '{{inputs.value}}'], '-delete'],
    [['sed', '-n', 'p', '{{inputs.value}}', 'victim'], '-i'],
    [['env', '{{inputs.value}}', 'f'], 'rm'],
    [['date', '+%F', '{{inputs.value}}'], '--set=2020-01-01'],
    [['curl', 'http://127.0.0.1:9/', '{{inputs.value}}'], '--output=victim'],
    [['git', 'diff', '--no-index', 'f', 'victim', '{{inputs.value}}'], '--output=made'],
  ])('starts nothing when a value makes a write of %j', async (argv, value) => {
    const before = treeHash();
    const { stdout, stderr } = await check(
      `inputs: { value: { type: string } }\ndiagnosis:\n${step(argv, 0)}`,
      '-i',
      `value=${value}`,
    );
    expect(`${stdout}${stderr}`).toMatch(/it may change something|effect\/write-in-reads|would be taken as an option/);
    expect(treeHash()).toBe(before);
  });
});
