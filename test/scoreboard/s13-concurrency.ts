/** Runs beside each other: one lock has one holder, runs with locks of their own do not touch each other. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJournal } from '../../src/interpreter/store/journal-read.ts';
import { program } from '../rig/cli.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, pick } from './measure.ts';

function run(file: string, state: string, lock: string): Promise<number | null> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [program, 'run', file, '--no-questions', '-i', `lock=${lock}`], {
      env: { ...process.env, RUNBOOK_STATE_DIR: state },
      stdio: 'ignore',
    });
    child.on('close', done);
  });
}

async function round(runs: number): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-board-'));
  try {
    const file = join(folder, 'locked.yaml');
    const state = join(folder, 'state');
    // Holding the lock means that nobody else is inside: `mkdir` fails where somebody is.
    writeFileSync(
      file,
      'apiVersion: runbook/v1\nid: locked\ntitle: Locked\nowners: [tests]\nlock: "{{inputs.lock}}"\ninputs: { lock: { type: string } }\nsteps:\n' +
        `  - { id: enter, type: shell, cwd: "${folder}", env: { LOCK: "{{inputs.lock}}" }, script: 'mkdir "in-$LOCK" && sleep 0.3 && rmdir "in-$LOCK" && echo "$LOCK" >> ledger' }\n`,
    );
    const shared = await Promise.all(Array.from({ length: runs }, () => run(file, state, 'one')));
    const apart = await Promise.all(Array.from({ length: runs }, (_, at) => run(file, state, `own${String(at)}`)));
    const ledger = readFileSync(join(folder, 'ledger'), 'utf8').trim().split('\n');
    const problems: string[] = [];
    const winners = shared.filter((code) => code === 0).length;
    if (winners < 1 || shared.some((code) => code !== 0 && code !== 5)) problems.push(`one lock: exit codes ${shared.join(' ')}`);
    if (ledger.filter((one) => one === 'one').length !== winners) problems.push('the ledger does not fit the exit codes');
    if (apart.some((code) => code !== 0)) problems.push(`locks of their own: exit codes ${apart.join(' ')}`);
    for (const name of readdirSync(join(state, 'runs')).filter((one) => !one.startsWith('.'))) {
      const { problems: damage } = readJournal(join(state, 'runs', name, 'journal.jsonl'));
      if (damage.length > 0) problems.push(`${name}: ${damage[0]?.message ?? ''}`);
    }
    return problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const concurrency: Measure = {
  id: 'S13',
  title: 'Runs at the same time, with one lock and with locks of their own',
  target: 'never two holders, no run disturbs another',
  run: async (tier: Tier): Promise<Score> => {
    const runs = pick(tier, { quick: 6, board: 50, soak: 100 });
    const rounds = pick(tier, { quick: 1, board: 2, soak: 50 });
    const violations: string[] = [];
    for (let at = 0; at < rounds; at++) violations.push(...(await round(runs)));
    return {
      cases: 2 * runs * rounds,
      violations: atMost(violations),
      figure: `${String(runs)} runs at once, ${String(rounds)} rounds`,
    };
  },
};
