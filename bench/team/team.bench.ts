/** What a team costs, on the real server of the lab with two workers. Prints figures; nothing here gates. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, it } from 'vitest';
import type { Stamped } from '../../src/interpreter/core/model/event.ts';
import { localRunService } from '../../src/service/local.ts';
import type { RunService } from '../../src/service/run-service.ts';
import { newRun } from '../../src/session/new-run.ts';
import type { NewRun } from '../../src/session/new-run.ts';
import type { Team } from '../../src/team/client/connect.ts';
import { connectTeam } from '../../src/team/client/connect.ts';
import { place } from '../../test/rig/cli.ts';
import type { Server, TeamProcess } from '../../test/rig/team.ts';
import { startServer } from '../../test/rig/team.ts';
import type { House } from '../../test/rig/team-house.ts';
import { answerTo, openHouse, person } from '../../test/rig/team-house.ts';

const counts = (process.env['BENCH_RUNS'] ?? '10 100 1000').split(' ').map(Number);
/** Asked of the server at once. */
const together = 20;

let server: Server;
let team: Team;
let house: House;
let workers: readonly TeamProcess[];
const kept = place();

beforeAll(async () => {
  server = await startServer();
  team = await connectTeam(server);
  house = openHouse({ server, team, kept: kept.folder });
  workers = [await house.worker(), await house.worker()];
});
afterAll(async () => {
  await house.remove();
  await team.close();
  await server.stop();
  kept.remove();
});

const say = (name: string, figure: string): void => void process.stdout.write(`${name.padEnd(44)} ${figure}\n`);
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const head = (id: string): string => `apiVersion: runbook/v1\nid: ${id}\ntitle: Bench\nowners: [bench]\nsteps:\n`;
const step = (n: number): string => `  - { id: s${String(n)}, type: shell, argv: ['true'], reads: true }\n`;
const asks = (id: string): string => `${head(id)}  - { id: only, type: shell, argv: ['true'], undo: none, confirm: Do it }\n`;

const ordered = (id: string, text: string): Promise<NewRun> =>
  newRun(house.file(`${id}.yaml`, text), { config: join(house.folder, 'runbook.config.yaml'), questions: false }, 'team');

async function recordsOf(service: RunService, run: string, last: Stamped['type']): Promise<readonly Stamped[]> {
  const found: Stamped[] = [];
  for await (const record of service.follow(run, 1)) {
    found.push(record);
    if (record.type === last) break;
  }
  return found;
}

async function forEach<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  let next = 0;
  const turn = async (): Promise<void> => {
    while (next < all.length) {
      const at = next++;
      done[at] = await work(all[at] as T);
    }
  };
  await Promise.all(Array.from({ length: together }, turn));
  return done;
}

it('ms a step', async () => {
  const local = localRunService(join(house.folder, 'local'));
  const clockOf = async (service: RunService, n: number): Promise<number> => {
    const text = head(`steps${String(n)}`) + Array.from({ length: n }, (_, index) => step(index)).join('');
    const run = await service.start({ is: 'new', run: await ordered(`steps${String(n)}`, text) });
    return (await recordsOf(service, run, 'run.finished')).at(-1)?.t ?? 0;
  };
  const each = async (service: RunService): Promise<number> => ((await clockOf(service, 51)) - (await clockOf(service, 1))) / 50;
  await each(house.service);
  const rounds = [1, 2, 3, 4, 5];
  const [teams, locals]: [number[], number[]] = [[], []];
  for (const round of rounds) {
    void round;
    teams.push(await each(house.service));
    locals.push(await each(local));
  }
  const ratios = teams.map((one, index) => one / (locals[index] ?? 1));
  say(
    'ms a step, team / local engine',
    `${median(teams).toFixed(1)} / ${median(locals).toFixed(1)} = ${median(ratios).toFixed(1)}`,
  );
});

/** Of a process: resident MiB, and seconds of processor time so far. */
function costOf(pid: number): { readonly mib: number; readonly cpu: number } {
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? '0';
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return { mib: Number(resident) / 1024, cpu: (Number(fields[11]) + Number(fields[12])) / 100 };
}

for (const count of counts)
  it(`${String(count)} runs that wait`, async () => {
    const name = (n: number): string => `w${String(count)}-${String(n)}`;
    const runs = await forEach(
      Array.from({ length: count }, (_, n) => n),
      (n) => ordered(name(n), asks(name(n))),
    );
    const pids = [server.pid ?? 0, ...workers.map(({ child }) => child.pid ?? 0)];
    const begun = performance.now();
    const started = await forEach(runs, (run) => house.service.start({ is: 'new', run }));
    const allStarted = performance.now();
    const questions = await forEach(started, async (run) => (await recordsOf(house.service, run, 'question.opened')).at(-1));
    const allAsked = performance.now();
    say(`${String(count)} runs started / have asked`, `${seconds(allStarted - begun)} / ${seconds(allAsked - begun)}`);
    const before = pids.map(costOf);
    const window = performance.now();
    await pause(20_000);
    const after = pids.map(costOf);
    const long = (performance.now() - window) / 1000;
    const words = after.map(
      ({ mib, cpu }, index) => `${mib.toFixed(0)} MiB ${(((cpu - (before[index]?.cpu ?? 0)) / long) * 100).toFixed(1)} %`,
    );
    say(`${String(count)} runs wait: server, worker, worker`, words.join(', '));
    const answering = performance.now();
    await forEach(started, async (run) => {
      const asked = questions[started.indexOf(run)];
      if (asked?.type !== 'question.opened') throw new Error(`run ${run} asks nothing`);
      const acted = await house.service.act(run, answerTo(asked, 'yes'), person('ana'));
      if (!acted.ok) throw new Error(acted.why);
    });
    const answered = performance.now();
    await forEach(started, (run) => recordsOf(house.service, run, 'run.finished'));
    say(
      `${String(count)} answers taken / runs finished`,
      `${seconds(answered - answering)} / ${seconds(performance.now() - answering)}`,
    );
  });

it('takeover after kill -9', async () => {
  const waits: number[] = [];
  for (const round of [1, 2, 3]) {
    const id = `lost${String(round)}`;
    const text = `${head(id)}  - { id: held, type: shell, argv: [sh, -c, "echo $PPID >> ${id}.log; [ $(wc -l < ${id}.log) -ge 2 ] || exec sleep 600"], reads: true }\n`;
    const run = await house.service.start({ is: 'new', run: await ordered(id, text) });
    await recordsOf(house.service, run, 'attempt.started');
    while (house.lines(`${id}.log`).length === 0) await pause(20);
    const lost = workers.find(({ child }) => String(child.pid) === house.lines(`${id}.log`)[0]);
    await lost?.kill();
    const killed = Date.now();
    const records = await recordsOf(house.service, run, 'run.finished');
    const again = records.findLast((record) => record.type === 'attempt.started');
    waits.push(Date.parse(again?.wall ?? '') - killed);
    workers = [...workers.filter((one) => one !== lost), await house.worker()];
  }
  say('kill -9 of a worker to the next attempt', waits.map(seconds).join(', '));
});
