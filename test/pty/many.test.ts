/** One of fifty fails: it is found by one key, named by its item in every form, and the other forty-nine are counted. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook } from '../rig/cli.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const hosts = Array.from({ length: 50 }, (_, n) => `host-${String(n).padStart(2, '0')}.example.internal`);
const document = `apiVersion: runbook/v1
id: many
title: Fifty hosts
owners: [tests]
onFailure: continue
inputs:
  hosts: { type: list, of: string, pattern: "^host", default: [${hosts.join(', ')}] }
steps:
  - id: each
    title: Restart each
    forEach: inputs.hosts
    parallel: 10
    type: shell
    argv: [sh, -c, 'test "$0" != host-31.example.internal || { echo "disk full on $0" >&2; exit 1; }', "{{item}}"]
    effect: write
    undo: none
  - { id: wait, type: shell, script: "until [ -e go ]; do sleep 0.05; done", reads: true }
`;

it('the failed one of fifty', async () => {
  writeFileSync(join(here.folder, 'many.yaml'), document);
  const terminal = openTerminal(['run', 'many.yaml'], { cwd: here.folder, env: here.env, columns: 120 });
  const text = (): string => terminal.screen().join('\n');
  await terminal.sees('running    wait');
  // The list in a few lines, the failed one first.
  await terminal.sees('1 FAILED, 49 ok of 50');
  expect(text()).toMatch(/FAILED +host-31\.example\.internal/);
  expect(text()).toContain('49 ok (→ shows them)');
  expect(text()).toContain('1 failed');
  expect(text()).not.toContain('host-30');
  terminal.send('f');
  await terminal.sees('LOOKING at Restart each: host-31.example.internal');
  await terminal.sees('disk full on host-31.example.internal');
  // All of them, and counted again.
  terminal.send('\u001b[B');
  await eventually(
    'the counted ones are chosen',
    () => text().includes('>') && !text().includes('LOOKING at Restart each: host-31'),
  );
  terminal.send('\u001b[C');
  await terminal.sees('host-07.example.internal');
  terminal.send('\u001b[D');
  await terminal.sees('49 ok (→ shows them)');
  writeFileSync(join(here.folder, 'go'), '');
  expect(await terminal.code).toBe(1);
  expect(text()).toContain('STILL CHANGED: each: 49; PERHAPS CHANGED: each[31]');
  expect(text()).toContain('failed: Restart each: host-31.example.internal: exit code 1: disk full on');

  const [id = ''] = readdirSync(join(here.folder, 'state', 'runs'));
  const { stdout } = await runbook(['report', id, '-o', 'markdown'], { cwd: here.folder, env: here.env });
  expect(stdout).toContain('Restart each: host-31.example.internal');
});

it('in plain lines', async () => {
  writeFileSync(join(here.folder, 'many.yaml'), document);
  writeFileSync(join(here.folder, 'go'), '');
  const { stdout } = await runbook(['run', 'many.yaml', '-o', 'plain'], { cwd: here.folder, env: here.env });
  expect(stdout).toContain('each[31] (host-31.example.internal): FAILED');
});
