// Rehearses every runbook that has a rehearsal file, on a lab of its own, and prints what came of it: runbook, world, seconds and score. Exit 1 when one
// ended otherwise than expected, or when all of them together took longer than the budget:
// npm run rehearse -- [--budget MINUTES] [--jobs N] [--tries N] [ID...]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from './rehearse/table.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string', default: '12' },
    jobs: { type: 'string', default: '3' },
    tries: { type: 'string', default: '1' },
  },
});

/** Exit code and standard output; what it tells as it goes is on standard error. A signal to us is one to it, and it takes its systems down. */
function rehearse(words, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['dist/cli.js', 'rehearse', ...words], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGINT'));
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout }));
  });
}

const work = mkdtempSync(join(tmpdir(), 'runbook-rehearsals-'));
const begun = performance.now();
try {
  const { code, stdout } = await rehearse([...positionals, '--jobs', values.jobs, '--tries', values.tries, '-o', 'json'], {
    RUNBOOK_LAB_DIR: join(work, 'lab'),
    RUNBOOK_STATE_DIR: join(work, 'state'),
    NO_COLOR: '1',
  });
  const results = stdout === '' ? [] : JSON.parse(stdout);
  const minutes = (performance.now() - begun) / 60_000;
  if (results.length > 0) console.log(table(results));
  const again = results.filter(({ tries }) => tries > 1).map(({ runbook, tries }) => `${runbook} (try ${tries})`);
  if (again.length > 0) console.log(`\ntried again: ${again.join(', ')}`);
  console.log(`\n${results.length} rehearsals, ${minutes.toFixed(1)} of ${values.budget} minutes`);
  process.exitCode = code === 0 && minutes > Number(values.budget) ? 1 : code;
} finally {
  rmSync(work, { recursive: true, force: true });
}
