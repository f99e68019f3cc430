// Rehearses every runbook that has a rehearsal file and prints what came of it: runbook, world, seconds and score. Each of the jobs has a lab of its
// own and takes rehearsals of the system that it has up, as long as there are any. Exit 1 when one ended otherwise than expected, or when all of
// them together took longer than the budget: npm run rehearse -- [--budget MINUTES] [--jobs N] [--tries N] [ID...]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCaller } from './rehearse/call.mjs';
import { createQueue } from './rehearse/queue.mjs';
import { rehearsals } from './rehearse/rehearsals.mjs';
import { table } from './rehearse/table.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string', default: '12' },
    jobs: { type: 'string', default: '3' },
    tries: { type: 'string', default: '1' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'runbook-rehearsals-'));
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
const call = createCaller(stop.signal);

/** One job: its lab stays up from one rehearsal to the next, and is taken down whatever happens. */
async function job(queue, number) {
  const env = {
    RUNBOOK_LAB_DIR: join(work, `lab-${number}`),
    RUNBOOK_STATE_DIR: join(work, `state-${number}`),
    NO_COLOR: '1',
  };
  const done = [];
  let up;
  const down = async () => {
    for (const command of up?.down ?? []) await call.shell(command, env);
    up = undefined;
  };
  try {
    for (let next = queue.take(up?.system); next !== undefined && !stop.signal.aborted; next = queue.take(up?.system)) {
      if (up?.system !== next.system) await down();
      up = next;
      done.push(await rehearse(next.id, { ...env, RUNBOOK_LAB_KEEP: '1' }));
    }
  } finally {
    await down();
  }
  return done;
}

/** More than one try is for runners that are shared with others: what needed one is told, because it may be a defect of the runbook all the same. */
async function rehearse(id, env) {
  for (let number = 1; ; number += 1) {
    const { code, stdout } = await call.runbook(['rehearse', id, '-o', 'json'], env);
    const results = stdout === '' ? [] : JSON.parse(stdout);
    if (code === 0 || number >= Number(values.tries) || stop.signal.aborted) return { id, code, results, tries: number };
  }
}

const begun = performance.now();
try {
  const queue = createQueue(rehearsals('runbooks.yaml.d', positionals));
  const jobs = Array.from({ length: Number(values.jobs) }, (_, index) => job(queue, index + 1));
  const done = (await Promise.all(jobs)).flat().sort((a, b) => a.id.localeCompare(b.id));
  const minutes = (performance.now() - begun) / 60_000;
  console.log(table(done.flatMap(({ results }) => results)));
  const failed = done.filter(({ code }) => code !== 0).map(({ id }) => id);
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  const again = done.filter(({ code, tries }) => code === 0 && tries > 1).map(({ id, tries }) => `${id} (try ${tries})`);
  if (again.length > 0) console.log(`\nas expected only when tried again: ${again.join(', ')}`);
  console.log(`\n${done.length} rehearsals, ${minutes.toFixed(1)} of ${values.budget} minutes`);
  const isWell = failed.length === 0 && minutes <= Number(values.budget);
  process.exitCode = stop.signal.aborted ? 130 : isWell ? 0 : 1;
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 2;
} finally {
  rmSync(work, { recursive: true, force: true });
}
