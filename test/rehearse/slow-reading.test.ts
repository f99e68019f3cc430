/** A rehearsal shortens waits: what a reading needs on a slow machine stays its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { place, runbook } from '../rig/cli.ts';
import type { Place } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(
    join(here.folder, 'slow.yaml'),
    `apiVersion: runbook/v1
id: slow
title: A reading takes longer than the shortened wait
owners: [tests]
steps:
  - { id: ready, type: shell, script: "sleep 0.3; echo yes", reads: true, until: value == "yes", every: 10s, timeout: 10s }
`,
  );
});
afterEach(() => {
  here.remove();
});

const runIn = (environment: string) => {
  writeFileSync(join(here.folder, 'runbook.config.yaml'), `environments:\n  toy: ${environment}\n`);
  return runbook(['run', 'slow.yaml', '--env', 'toy', '--no-questions'], { cwd: here.folder, env: here.env });
};

it('lets a reading end that began before the end of the shortened wait', async () => {
  // the wait takes 100 ms
  const { code } = await runIn('{ rehearsal: true, timeScale: 100 }');
  expect(code).toBe(0);
});
