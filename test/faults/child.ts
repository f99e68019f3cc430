/**
 * One engine in a process of its own, for tests only: it counts syncs and dies at a chosen record, before or after that record reaches the file, or half way.
 * Arguments: state root, run id, runbook file, `before:7` | `after:7` | `torn:7` | `-`.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';
import { emptyEnvironment } from '../../src/interpreter/config/config.ts';
import { systemClock } from '../../src/interpreter/engine/clock.ts';
import { openSecrets } from '../../src/interpreter/engine/known-secrets.ts';
import { runEngine } from '../../src/interpreter/engine/engine.ts';
import { unattendedOperator } from '../../src/interpreter/engine/operator.ts';
import { loadRunbook } from '../../src/interpreter/document/load.ts';
import { makePlan } from '../../src/interpreter/plan/plan.ts';
import { createRegistry } from '../../src/interpreter/port/registry.ts';
import { createRun, openRun } from '../../src/interpreter/store/run-directory.ts';
import { stepType as shell } from '../../src/steps/shell/index.ts';

const [root = '', id = '', file = '', fault = '-'] = process.argv.slice(2);
const [mode, seq] = fault.split(':');
let syncs = 0;
const realSync = fs.fdatasyncSync;
fs.fdatasyncSync = (fd) => {
  syncs += 1;
  realSync(fd);
};
const realWrite = fs.writeSync as (fd: number, bytes: Buffer, at?: number) => number;
const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
};
(fs as { writeSync: unknown }).writeSync = (fd: number, bytes: Buffer | string, at?: number): number => {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('utf8');
  const hit = seq !== undefined && (text.startsWith(`{"seq":${seq},`) || text.includes(`\n{"seq":${seq},`));
  if (hit && mode === 'before') {
    // The records of the same batch that come before it are written: a batch may be cut anywhere.
    const cut = text.indexOf(`{"seq":${seq},`);
    if (cut > 0) realWrite(fd, Buffer.from(text.slice(0, cut)));
    die();
  }
  if (hit && mode === 'torn') {
    realWrite(fd, Buffer.from(text.slice(0, text.indexOf(`{"seq":${seq},`) + 20)));
    die();
  }
  const written = realWrite(fd, bytes as Buffer, at);
  if (hit && mode === 'after') die();
  return written;
};
syncBuiltinESMExports();

const registry = createRegistry([shell]);
const resume = fs.existsSync(`${root}/runs/${id}`);
const source = fs.readFileSync(file, 'utf8');
if (!resume) {
  const loaded = loadRunbook(source, file);
  if (loaded.runbook === undefined) throw new Error(JSON.stringify(loaded.diagnostics));
  const made = makePlan(loaded.runbook, registry, { inputs: {}, environment: emptyEnvironment });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  await createRun(root, id, { plan: made.plan, source, origin: { directory: dirname(file) } });
}
const directory = openRun(root, id);
const actor = { name: 'tester', host: 'here', auth: 'claimed' } as const;
const { state, exitCode } = await runEngine({
  plan: directory.plan(),
  registry,
  environment: emptyEnvironment,
  directory,
  operator: unattendedOperator({ yes: true, answers: {}, actor }),
  actor,
  clock: systemClock(),
  secrets: await openSecrets(directory.plan(), emptyEnvironment),
  resume,
  baseDirectory: dirname(file),
});
fs.writeFileSync(`${root}/${id}.end`, JSON.stringify({ exitCode, outcome: state.outcome, seq: state.seq, syncs }));
