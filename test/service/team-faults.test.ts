/** What happens to a team is injected here, on the real server: frozen, lost and outdated workers, wrong clocks, a server that goes and comes. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Stamped } from '../../src/interpreter/core/model/event.ts';
import type { Team } from '../../src/team/client/connect.ts';
import { connectTeam } from '../../src/team/client/connect.ts';
import { eventually, place, root } from '../rig/cli.ts';
import type { Server, TeamProcess } from '../rig/team.ts';
import { startServer, whyNoTeam } from '../rig/team.ts';
import type { House } from '../rig/team-house.ts';
import { answerTo, openHouse, outcomeOf, person } from '../rig/team-house.ts';

const missing = whyNoTeam();
/** A running server that others may use is not ours to end. */
const isOurs = (process.env['RUNBOOK_TEAM_ADDRESS'] ?? '') === '';
/** Loud, in the report of the tests. */
const notOurs = isOurs
  ? ''
  : ' (NOT TESTED: RUNBOOK_TEAM_ADDRESS names a server that the tests did not start, so they do not kill it)';

const head = 'apiVersion: runbook/v1\nid: faults\ntitle: Faults\nowners: [tests]\nsteps:\n';
/** Says which process performs it, and ends when the test lets it. */
const waiting = (id: string, more: string): string =>
  `  - { id: ${id}, type: shell, argv: [sh, -c, "echo $PPID >> ${id}.log; while [ ! -e go ]; do sleep 0.05; done; echo ${id} >> done.log"], undo: none, ${more} }\n`;
const quick = (id: string): string =>
  `  - { id: ${id}, type: shell, argv: [sh, -c, "echo ${id} >> done.log"], undo: none, repeatable: false }\n`;
const asking = (id: string): string =>
  `  - { id: ${id}, type: shell, argv: [sh, -c, "echo ${id} >> done.log"], undo: none, repeatable: false, confirm: Do it }\n`;

/** The program as it is, with other code of workflows. */
function otherBuild(folder: string): string {
  const to = join(folder, 'other');
  mkdirSync(to);
  for (const name of ['dist', 'schema', 'package.json', 'packaging'])
    cpSync(join(root, name), join(to, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
  appendFileSync(join(to, 'dist', 'team-workflow.cjs'), '// another version\n');
  return join(to, 'dist', 'cli.js');
}

/** The program `faketime` would stay between the test and its worker, and leave it running: its library alone does not. */
function clockOffBy(offset: string): readonly string[] {
  const library = execFileSync('faketime', ['-f', '+0h', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).trim();
  return ['env', `LD_PRELOAD=${library}`, `FAKETIME=${offset}`];
}

const ends = (records: readonly Stamped[], key: string) =>
  records.flatMap((one) => (one.type === 'attempt.finished' && one.key === key ? [one] : []));

describe.skipIf(missing !== undefined)('faults of a team', { timeout: 180_000 }, () => {
  let server: Server;
  let team: Team;
  let house: House;
  const kept = place();
  beforeAll(async () => {
    server = await startServer();
    team = await connectTeam(server);
  }, 180_000);
  afterAll(async () => {
    await team.close();
    await server.stop();
    kept.remove();
  });
  beforeEach(() => {
    house = openHouse({ server, team, kept: kept.folder });
  });
  afterEach(() => house.remove());

  const performerOf = async (id: string, workers: readonly TeamProcess[]): Promise<TeamProcess> => {
    const [pid] = await eventually(
      `${id} has begun`,
      () => house.lines(`${id}.log`).length > 0 && house.lines(`${id}.log`),
      60_000,
    );
    const found = workers.find(({ child }) => String(child.pid) === pid);
    if (found === undefined) throw new Error(`process ${String(pid)} is not a worker`);
    return found;
  };
  const doubtOf = async (run: string) => {
    const asked = (await house.until(run, (one) => one.type === 'question.opened' && one.ask === 'doubt')).at(-1);
    if (asked?.type !== 'question.opened') throw new Error('nobody was asked');
    return asked;
  };

  it('counts nothing of a worker that was frozen for too long, and does nothing twice when it thaws', async () => {
    const workers = [await house.worker(), await house.worker()];
    const run = await house.start(head + waiting('held', 'repeatable: false') + quick('after'));
    const frozen = await performerOf('held', workers);
    frozen.child.kill('SIGSTOP');
    const doubt = await doubtOf(run);
    // Its child was ended before anybody was asked; what it thinks when it wakes is too late.
    house.file('go', '');
    frozen.child.kill('SIGCONT');
    expect(await house.service.act(run, answerTo(doubt, 'not-done'), person('ana'))).toMatchObject({ ok: true });
    const records = await house.toTheEnd(run);
    expect(outcomeOf(records)).toBe('succeeded');
    expect(ends(records, 'held').map(({ n, outcome, lost }) => ({ n, is: outcome.is, lost }))).toEqual([
      { n: 1, is: 'unknown', lost: 'ended' },
      { n: 2, is: 'ok', lost: undefined },
    ]);
    expect(house.lines('done.log')).toEqual(['held', 'after']);
    expect(await house.print('verify', run)).toContain('OK');
  });

  it('asks also about a step that is safe to repeat, when the host of the lost worker does not answer', async () => {
    await house.remove();
    house = openHouse({ server, team, kept: kept.folder, limits: { hostMs: 1000 } });
    const elsewhere = ['unshare', '--uts', 'sh', '-c', 'hostname elsewhere && exec "$@"', 'sh'];
    const far = await house.worker({ by: elsewhere });
    const run = await house.start(head + waiting('held', 'repeatable: true'));
    await performerOf('held', [far]);
    await house.worker();
    far.child.kill('SIGSTOP');
    const doubt = await doubtOf(run);
    expect(JSON.stringify(doubt.show)).toContain('may still run');
    house.file('go', '');
    expect(await house.service.act(run, answerTo(doubt, 'done'), person('ana'))).toMatchObject({ ok: true });
    far.child.kill('SIGCONT');
    const records = await house.toTheEnd(run);
    expect(ends(records, 'held').map(({ n, lost }) => ({ n, lost }))).toEqual([{ n: 1, lost: 'perhaps' }]);
    expect(outcomeOf(records)).toBe('succeeded');
  });

  it('tells the time of the server, whatever the clock of a worker says, and goes on under another clock', async () => {
    const early = await house.worker({ by: clockOffBy('+1h') });
    const from = Date.now();
    const retried = `  - { id: retried, type: shell, argv: [sh, -c, "echo x >> tries.log; [ $(wc -l < tries.log) -ge 2 ]"], reads: true, retry: { attempts: 2, delay: 1s, classes: [exit-code] }, timeout: 30s }\n`;
    const run = await house.start(head + retried + asking('second'));
    const asked = (await house.until(run, ({ type }) => type === 'question.opened')).at(-1);
    if (asked?.type !== 'question.opened') throw new Error('nothing was asked');
    await early.kill();
    await house.worker({ by: clockOffBy('-1h') });
    expect(await house.service.act(run, answerTo(asked, 'yes'), person('ana'))).toMatchObject({ ok: true });
    const records = await house.toTheEnd(run);
    expect(outcomeOf(records)).toBe('succeeded');
    expect(house.lines('tries.log')).toHaveLength(2);
    // Far less than the hour that the clocks are wrong by.
    for (const { wall } of records) expect(Math.abs(Date.parse(wall) - from)).toBeLessThan(30 * 60_000);
    expect(records.map(({ t }) => t)).toEqual(records.map(({ t }) => t).toSorted((a, b) => a - b));
    expect(records.at(-1)?.t).toBeLessThan(30 * 60_000);
    const [due] = records.flatMap((one) => (one.type === 'retry.scheduled' ? [one.due] : []));
    const second = records.find((one) => one.type === 'attempt.started' && one.key === 'retried' && one.n === 2);
    expect(second?.t).toBeGreaterThanOrEqual(due ?? Number.POSITIVE_INFINITY);
  });

  it('takes a timer that is told late for what it is: nothing is skipped, nothing is waited for again', async () => {
    const worker = await house.worker();
    const retried = `  - { id: retried, type: shell, argv: [sh, -c, "echo x >> tries.log; [ $(wc -l < tries.log) -ge 2 ]"], reads: true, retry: { attempts: 2, delay: 3s, classes: [exit-code] }, timeout: 30s }\n`;
    const run = await house.start(head + retried + quick('after'));
    const due = (await house.until(run, ({ type }) => type === 'retry.scheduled')).at(-1);
    if (due?.type !== 'retry.scheduled') throw new Error('no retry');
    // Nobody is there when the timer fires; the next worker hears of it with the history.
    await worker.kill();
    const fires = Date.parse(due.wall) + (due.due - due.t);
    await eventually('the timer is overdue', () => Date.now() > fires + 2000);
    await house.worker();
    const records = await house.toTheEnd(run);
    const started = records.flatMap((one) => (one.type === 'attempt.started' && one.key === 'retried' ? [one.t] : []));
    expect(started).toHaveLength(2);
    expect(started[1]).toBeGreaterThan(due.due + 1000);
    expect(outcomeOf(records)).toBe('succeeded');
    expect(house.lines('done.log')).toEqual(['after']);
  });

  it.skipIf(!isOurs)(`continues when its server was killed and started again in the middle of a step${notOurs}`, async () => {
    await house.remove();
    house = openHouse({ server, team, kept: kept.folder, limits: { heartbeatMs: 60_000 } });
    const patient = await house.worker({ heartbeat: '60s' });
    const run = await house.start(head + waiting('held', 'repeatable: false') + asking('after'));
    await performerOf('held', [patient]);
    await server.restart();
    house.file('go', '');
    const records = await house.toTheEnd(run, async (record) => {
      if (record.type === 'question.opened')
        expect(await house.service.act(run, answerTo(record, 'yes'), person('ana'))).toMatchObject({ ok: true });
    });
    expect(outcomeOf(records)).toBe('succeeded');
    expect(ends(records, 'held').map(({ n, outcome }) => ({ n, is: outcome.is }))).toEqual([{ n: 1, is: 'ok' }]);
    expect(house.lines('done.log')).toEqual(['held', 'after']);
  });

  it('ends a run with the code that it began with, on a worker of another version that had it', async () => {
    const before = await house.worker();
    const run = await house.start(head + asking('first') + quick('second'));
    const asked = (await house.until(run, ({ type }) => type === 'question.opened')).at(-1);
    if (asked?.type !== 'question.opened') throw new Error('nothing was asked');
    await before.kill();
    await house.worker({ build: otherBuild(house.folder) });
    expect(await house.service.act(run, answerTo(asked, 'yes'), person('ana'))).toMatchObject({ ok: true });
    expect(outcomeOf(await house.toTheEnd(run))).toBe('succeeded');
    expect(house.lines('done.log')).toEqual(['first', 'second']);
  });

  it('says that a run stands still when no worker has its code, and continues when one comes', async () => {
    const before = await house.worker();
    const run = await house.start(head + asking('first') + quick('second'));
    const asked = (await house.until(run, ({ type }) => type === 'question.opened')).at(-1);
    if (asked?.type !== 'question.opened') throw new Error('nothing was asked');
    await before.kill();
    const stranger = await house.worker({
      build: otherBuild(house.folder),
      env: { RUNBOOK_STATE_DIR: join(house.folder, 'fresh') },
    });
    await expect(house.toTheEnd(run)).rejects.toThrow('it began with another version of runbook');
    expect(await house.service.act(run, answerTo(asked, 'yes'), person('ana'))).toMatchObject({
      ok: false,
      why: expect.stringContaining('it began with another version of runbook') as string,
    });
    expect(await house.service.list()).toMatchObject([{ run, state: 'interrupted' }]);
    expect(stranger.said()).toContain('whose code this worker lacks');
    await house.worker();
    const again = await eventually(
      'the answer counts',
      async () => {
        const acted = await house.service.act(run, answerTo(asked, 'yes'), person('ana'));
        return acted.ok || acted.why === 'the question is closed';
      },
      60_000,
    );
    expect(again).toBe(true);
    expect(outcomeOf(await house.toTheEnd(run))).toBe('succeeded');
    expect(house.lines('done.log')).toEqual(['first', 'second']);
  });

  it('gives one run for fifty orders of one lock at once', async () => {
    await house.worker();
    await house.worker();
    const text = head + asking('only');
    const orders = await Promise.allSettled(Array.from({ length: 50 }, () => house.start(text)));
    const started = orders.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(started).toHaveLength(1);
    for (const one of orders) if (one.status === 'rejected') expect(String(one.reason)).toContain('is held by run');
    expect(await house.service.list()).toMatchObject([{ run: started[0], state: 'waiting' }]);
  });
});

if (missing !== undefined) it.skip(`${missing}; faults of a team`, () => undefined);
