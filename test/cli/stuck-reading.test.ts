/** A reading that never ends: a connection that a firewall forgot, a command that hangs. It must not be the last one of a wait or of a guard. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configure, oddPackage } from '../outside/packages.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

/** A runbook with the step type `odd`: it says good, but its third reading ends only when it is stopped. An attempt has 400 ms. */
function run(steps: string): Promise<Finished> {
  const folder = oddPackage(
    join(here.folder, 'odd'),
    `count += 1;
     if (count === 3) await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(new Error('cut'))));
     return { ok: true, changed: false, result: { said: 'good' } };`,
    'let count = 0;',
    { timeout: 400, facts: [{ effect: 'read', repeatable: true, observe: true, undo: 'none' }] },
  );
  configure(here.folder, [{ type: 'odd', folder }]);
  const path = join(here.folder, 'stuck.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: stuck\ntitle: Stuck\nowners: [tests]\n${steps}`);
  return runbook(['run', path, '--no-questions', '--trust-config', '-o', 'ndjson'], { cwd: here.folder, env: here.env });
}

it('is cut at the time that its step type gives an attempt, breaks what held, and the wait continues', async () => {
  const { code, stdout } = await run(
    'steps:\n  - { id: wait, type: odd, until: value == "good", for: 700ms, every: 100ms, timeout: 30s }\n',
  );
  expect(code, stdout).toBe(0);
  const runs = join(here.folder, 'state', 'runs');
  const readings = readFileSync(join(runs, readdirSync(runs)[0] ?? '', 'samples', 'wait.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly t: number; readonly holds: string });
  expect(readings.slice(0, 4).map(({ holds }) => holds)).toEqual(['true', 'true', 'error', 'true']);
  expect((readings.at(-1)?.t ?? 0) - (readings[3]?.t ?? 0)).toBeGreaterThanOrEqual(700);
  expect(stdout).toContain('"note":"connection"');
});

it('trips a guard: one that sees nothing guards nothing', async () => {
  const { code, stdout } = await run(
    'steps:\n  - { id: work, type: shell, argv: [sleep, "6"], undo: none }\n' +
      'watch:\n  - { id: guard, type: odd, every: 100ms, expect: value == "good", onFailure: abort }\n',
  );
  expect(code, stdout).toBe(1);
  expect(stdout).toMatch(/"code":"guard-tripped","message":"timed out after/);
});
