/** Runs beside each other: one lock has one holder, runs with locks of their own do not touch each other. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJournal } from '../../src/interpreter/store/journal-read.ts';
import { program } from '../rig/cli.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, inLanes, oneOf, pick, randomOf } from './measure.ts';
import { ground, honest, judge } from './program.ts';
import type { Subject } from './runbooks.ts';
import { subjects } from './runbooks.ts';

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

/** A run is killed, and two people resume it in the same moment: one does, and the other is told so or sees the end. */
async function resumedTwice(subject: Subject, fault: string): Promise<readonly string[]> {
  const here = ground(subject);
  try {
    const killed = await here.run(fault);
    if (killed.signal !== 'SIGKILL' || here.runFolder() === undefined) return [];
    const ends = await Promise.all([here.resume(), here.resume()]);
    const done = ends.filter(({ code }) => code !== 5);
    const codes = ends.map(({ code }) => String(code)).join(' and ');
    const [first] = done;
    const problems =
      first === undefined || !done.every((one) => honest(subject, one) || (one.code === 2 && here.ledger().length === 0))
        ? [`exit codes ${codes}: ${ends.map(({ output }) => output.slice(-200)).join(' | ')}`]
        : judge(subject, here.ledger(), first);
    return problems.map((problem) => `${subject.id} ${fault}, resumed twice: ${problem}`);
  } finally {
    here.remove();
  }
}

export const concurrency: Measure = {
  id: 'S13',
  title: 'Runs at the same time, with one lock and with locks of their own',
  target: 'never two holders, no run disturbs another',
  run: async (tier: Tier, seed: number): Promise<Score> => {
    const runs = pick(tier, { quick: 6, board: 50, soak: 100 });
    const rounds = pick(tier, { quick: 1, board: 2, soak: 50 });
    const violations: string[] = [];
    for (let at = 0; at < rounds; at++) violations.push(...(await round(runs)));
    const random = randomOf(seed + 13);
    const twice = Array.from({ length: pick(tier, { quick: 6, board: 30, soak: 2000 }) }, () => ({
      subject: oneOf(random, subjects),
      fault: `kill:${oneOf(random, ['write', 'sync', 'spawn'])}:${String(1 + Math.floor(random() * 9))}:after`,
    }));
    // One after the other: the two of a pair are to meet.
    await inLanes(twice, async ({ subject, fault }) => void violations.push(...(await resumedTwice(subject, fault))), 1);
    return {
      cases: 2 * runs * rounds + twice.length,
      violations: atMost(violations),
      figure: `${String(runs)} runs at once, ${String(rounds)} rounds; ${String(twice.length)} runs resumed twice at once`,
    };
  },
};
