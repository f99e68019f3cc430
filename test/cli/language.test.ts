/** Fourteen hard runbooks are right as they are written, and need a shell only where no step type fits. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, runbook } from '../rig/cli.ts';

const folder = join(root, 'test/fixtures/language');

it('lint clean', async () => {
  const { code, stdout, stderr } = await runbook(['lint', folder]);
  expect({ code, stdout, stderr: stderr.trim() }).toEqual({ code: 0, stdout: '', stderr: '14 files, 0 errors, 0 warnings' });
});

it('run commands only where the page beside them says so', () => {
  const runbooks = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const texts = runbooks.map((name) => readFileSync(join(folder, name), 'utf8'));
  const commands = texts.join('').match(/type: shell\b/g)?.length ?? 0;
  const lines = texts.join('').split('\n').length - 1;
  const page = readFileSync(join(folder, 'README.md'), 'utf8');
  expect(page).toMatch(new RegExp(`\\| now +\\| ${String(lines)} +\\| ${String(commands)} +\\|`));
});
