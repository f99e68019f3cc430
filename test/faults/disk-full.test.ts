/** A journal that can no longer be written (F11 to F13): nothing more is started, exit code 10, and nothing is lost when there is room again. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, program, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const steps = 60;
const limitKiB = 48;
const names = Array.from({ length: steps }, (_, n) => `s${String(n)}`);

it('ends with exit code 10 before the next effect; resume continues from what is proven', async () => {
  const path = join(here.folder, 'many.yaml');
  const lines = names.map(
    (name) => `  - { id: ${name}, type: shell, script: "echo ${name} >> ledger", cwd: "${here.folder}", repeatable: true }\n`,
  );
  writeFileSync(path, `apiVersion: runbook/v1\nid: many\ntitle: Many\nowners: [tests]\nsteps:\n${lines.join('')}`);

  // The kernel refuses to let any file grow beyond the limit: the write fails in the middle of a line, as on a full disk.
  const limited = `trap '' XFSZ; ulimit -f ${String(limitKiB)}; exec "$@"`;
  const argv = ['-c', limited, 'bash', process.execPath, program, 'run', path];
  const full = spawnSync('bash', argv, { cwd: here.folder, env: { ...process.env, ...here.env }, encoding: 'utf8' });
  expect({ code: full.status, says: /journal cannot be written/.test(full.stderr) }, full.stderr).toEqual({
    code: 10,
    says: true,
  });

  const run = readdirSync(join(here.folder, 'state/runs'))[0] ?? '';
  const journal = join(here.folder, 'state/runs', run, 'journal.jsonl');
  expect(statSync(journal).size).toBe(limitKiB * 1024);
  const ledger = (): readonly string[] => readFileSync(join(here.folder, 'ledger'), 'utf8').trim().split('\n');
  const intents = readFileSync(journal, 'utf8').split('"type":"attempt.started"').length - 1;
  expect(ledger().length).toBeGreaterThan(0);
  expect(ledger().length).toBeLessThan(steps);
  expect(intents).toBeGreaterThanOrEqual(ledger().length);

  const resumed = await runbook(['resume', run], { env: here.env, cwd: here.folder });
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  expect([...new Set(ledger())]).toEqual(names);
  expect(ledger().length).toBeLessThanOrEqual(steps + 1);
});
