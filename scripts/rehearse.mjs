// Rehearses every runbook that has a rehearsal file and prints what came of it: runbook, world, seconds and score. Rehearsals that need the same
// system share it, one after the other; those with different systems run at the same time. Exit 1 when one ended otherwise than expected, or when
// all of them together took longer than the budget: npm run rehearse -- [--budget MINUTES] [--jobs N] [ID...]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { table } from './rehearse/table.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { budget: { type: 'string', default: '12' }, jobs: { type: 'string', default: '2' } },
});
const program = join(import.meta.dirname, '..', 'dist', 'cli.js');
const work = mkdtempSync(join(tmpdir(), 'runbook-rehearsals-'));
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

/** Rehearsals by the commands that bring their system up. */
function systems() {
  const files = readdirSync('runbooks.yaml.d', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.rehearsal.yaml'),
  );
  const rehearsals = files.sort().map((file) => parse(readFileSync(join('runbooks.yaml.d', file), 'utf8')));
  const wanted = rehearsals.filter(({ rehearses }) => positionals.length === 0 || positionals.includes(rehearses));
  const groups = new Map();
  for (const { rehearses, lab } of wanted) {
    const system = lab.up.join('\n');
    groups.set(system, [...(groups.get(system) ?? []), rehearses]);
  }
  return [...groups.values()];
}

/** What a command printed; its progress goes to standard error as it comes. */
function call(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const interrupt = () => child.kill('SIGINT');
    stop.signal.addEventListener('abort', interrupt);
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      stop.signal.removeEventListener('abort', interrupt);
      resolve({ code, stdout });
    });
  });
}

/** Kept up from one rehearsal to the next, and taken down at the end whatever happens. */
async function rehearse(ids, index) {
  const env = { RUNBOOK_LAB_DIR: join(work, `lab-${index}`), RUNBOOK_STATE_DIR: join(work, `state-${index}`), NO_COLOR: '1' };
  try {
    const { code, stdout } = await call(['rehearse', ...ids, '-o', 'json'], { ...env, RUNBOOK_LAB_KEEP: '1' });
    if (stdout === '') return { code, results: [], missing: ids };
    return { code, results: JSON.parse(stdout), missing: [] };
  } finally {
    for (const world of readWorlds(env.RUNBOOK_LAB_DIR)) await call(['lab', 'down', world], env);
  }
}
function readWorlds(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function all(tasks, jobs) {
  const waiting = tasks.map((task, index) => [task, index]);
  const done = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined && !stop.signal.aborted; next = waiting.shift())
      done.push(await rehearse(...next));
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return done;
}

const begun = performance.now();
try {
  // the system with the most rehearsals first
  const found = systems().sort((a, b) => b.length - a.length);
  const ended = await all(found, Number(values.jobs));
  const minutes = (performance.now() - begun) / 60_000;
  const missing = ended.flatMap((one) => one.missing);
  console.log(table(ended.flatMap(({ results }) => results)));
  if (missing.length > 0) console.log(`\nnot rehearsed: ${missing.join(', ')}`);
  console.log(`\n${minutes.toFixed(1)} of ${values.budget} minutes`);
  const isWell = ended.every(({ code }) => code === 0) && missing.length === 0 && minutes <= Number(values.budget);
  process.exitCode = stop.signal.aborted ? 130 : isWell ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
