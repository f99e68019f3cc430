/** A child that outlives its killed engine (M10): no second copy beside it, and what was found is on record. The ledger is kept by the child. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});
const ledger = (): readonly string[] => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};
const alive = (pid: string): boolean => existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** Runs until the child has begun, then kills the engine; returns the id of the run. */
async function killedInTheMiddleOf(script: string): Promise<string> {
  const path = join(here.folder, 'small.yaml');
  const step = `{ id: one, type: shell, script: ${JSON.stringify(script)}, cwd: "${here.folder}", repeatable: true }`;
  writeFileSync(path, `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\nsteps:\n  - ${step}\n`);
  const running = start(['run', path], { env: here.env, cwd: here.folder });
  await eventually('the child has begun', () => ledger().length > 0);
  running.child.kill('SIGKILL');
  await running.finished;
  return readdirSync(join(here.folder, 'state/runs'))[0] ?? '';
}
const journal = (run: string): string => readFileSync(join(here.folder, 'state/runs', run, 'journal.jsonl'), 'utf8');

it('a survivor that ends by itself is waited for: its work and the repetition never overlap', async () => {
  const run = await killedInTheMiddleOf('echo start >> ledger; sleep 1.5; echo end >> ledger');
  expect(ledger()).toEqual(['start']);
  const { code, stderr } = await runbook(['resume', run], { env: here.env, cwd: here.folder });
  expect(code, stderr).toBe(0);
  expect(ledger()).toEqual(['start', 'end', 'start', 'end']);
  expect(journal(run)).toMatch(/"note":"survivor","data":\{"processes":\[\d+[^\]]*\],"ended":"by themselves"\}/);
});

it('a survivor that does not end is ended with its whole group, and that is on record', async () => {
  const script = '[ -e ledger ] && exit 0; (trap "" TERM; sleep 600) & echo $! $$ >> ledger; trap "" TERM; wait';
  const run = await killedInTheMiddleOf(script);
  const pids = ledger()[0]?.split(' ') ?? [];
  expect(pids.map(alive)).toEqual([true, true]);
  const { code, stderr } = await runbook(['resume', run], { env: here.env, cwd: here.folder });
  expect(code, stderr).toBe(0);
  expect(pids.map(alive)).toEqual([false, false]);
  expect(journal(run)).toContain('"ended":"by the engine, after 10 s"');
});
