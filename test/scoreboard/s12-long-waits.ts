/** Waits of a day and of forty, with the clock of the machine set back and forward under them. Time is virtual. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyEnvironment } from '../../src/interpreter/config/config.ts';
import { loadRunbook } from '../../src/interpreter/document/load.ts';
import { openSecrets } from '../../src/interpreter/engine/known-secrets.ts';
import { runEngine } from '../../src/interpreter/engine/engine.ts';
import { unattendedOperator } from '../../src/interpreter/engine/operator.ts';
import { makePlan } from '../../src/interpreter/plan/plan.ts';
import { createRegistry } from '../../src/interpreter/port/registry.ts';
import { createRun } from '../../src/interpreter/store/run-directory.ts';
import { stepType as file } from '../../src/steps/file/index.ts';
import { virtualClock } from '../rig/virtual-clock.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost } from './measure.ts';

const hour = 3_600_000;

interface Wait {
  readonly name: string;
  readonly every: string;
  readonly timeout: string;
  readonly hours: number;
  /** Set at the middle of the wait, in milliseconds. */
  readonly jump: number;
}

const waits: readonly Wait[] = [
  { name: 'a day', every: '15m', timeout: '24h', hours: 24, jump: 0 },
  { name: 'a day, the clock an hour forward', every: '15m', timeout: '24h', hours: 24, jump: hour },
  { name: 'a day, the clock an hour back', every: '15m', timeout: '24h', hours: 24, jump: -hour },
  { name: 'forty days', every: '12h', timeout: '960h', hours: 960, jump: 0 },
];

async function waited({ name, every, timeout, hours, jump }: Wait): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-board-'));
  const clock = virtualClock();
  try {
    writeFileSync(join(folder, 'flag'), 'no');
    const source =
      'apiVersion: runbook/v1\nid: waits\ntitle: Waits\nowners: [tests]\nsteps:\n' +
      `  - { id: waits, type: file, read: "${folder}/flag", until: value == "yes", every: ${every}, timeout: ${timeout} }\n`;
    const registry = createRegistry([file]);
    const { runbook } = loadRunbook(source, 'waits.yaml');
    const made = runbook === undefined ? undefined : makePlan(runbook, registry, { inputs: {}, environment: emptyEnvironment });
    if (made?.ok !== true) throw new Error('the runbook of this measure is not valid');
    const actor = { name: 'tester', host: 'here', auth: 'claimed' } as const;
    const directory = await createRun(folder, 'waits', { plan: made.plan, source, origin: { directory: folder } });
    setImmediate(() => {
      clock.jumpWall(jump);
    });
    const { state } = await runEngine({
      plan: made.plan,
      registry,
      environment: emptyEnvironment,
      directory,
      operator: unattendedOperator({ yes: true, answers: {}, actor }),
      actor,
      clock,
      secrets: await openSecrets(made.plan, emptyEnvironment),
      resume: false,
      baseDirectory: folder,
    });
    const passed = state.t / hour;
    // The last reading is at the deadline; nothing later than one more period.
    return passed >= hours && passed < hours * 1.05 ? [] : [`${name} ended after ${passed.toFixed(2)} h`];
  } finally {
    clock.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const longWaits: Measure = {
  id: 'S12',
  title: 'Waits of a day and of forty days, the clock set under them',
  target: 'no deadline early or missed',
  run: async (tier: Tier): Promise<Score> => {
    const chosen = tier === 'quick' ? waits.slice(1, 2) : waits;
    const before = process.memoryUsage().heapUsed;
    const violations: string[] = [];
    for (const wait of chosen) violations.push(...(await waited(wait)));
    const grown = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
    return {
      cases: chosen.length,
      violations: atMost(violations),
      figure: `${String(chosen.length)} waits, heap grown by ${Math.max(0, grown).toFixed(0)} MiB`,
    };
  },
};
