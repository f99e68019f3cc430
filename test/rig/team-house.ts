/** A team in a folder of a test: its configuration, its service, and workers that end with it. */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stamped } from '../../src/interpreter/core/model/event.ts';
import type { Actor } from '../../src/interpreter/core/model/value.ts';
import type { Act } from '../../src/interpreter/link/protocol.ts';
import type { RunService } from '../../src/service/run-service.ts';
import { newRun } from '../../src/session/new-run.ts';
import type { Team } from '../../src/team/client/connect.ts';
import { teamRunService } from '../../src/team/client/service.ts';
import type { TeamLimits } from '../../src/team/protocol.ts';
import { place, runbook } from './cli.ts';
import type { Server, TeamProcess, TeamProcessOptions } from './team.ts';
import { startWorker } from './team.ts';

export interface House {
  readonly folder: string;
  readonly root: string;
  readonly queue: string;
  readonly service: RunService;
  /** The path of a file with this text. */
  file(name: string, text: string): string;
  /** Starts the runbook with this text; resolves to the run. */
  start(text: string, inputs?: readonly string[]): Promise<string>;
  worker(options?: WorkerOptions): Promise<TeamProcess>;
  /** Records until one satisfies `last`, that one included; each is given to `seen` as it comes. */
  until(run: string, last: (record: Stamped) => boolean, seen?: (record: Stamped) => unknown): Promise<readonly Stamped[]>;
  toTheEnd(run: string, seen?: (record: Stamped) => unknown): Promise<readonly Stamped[]>;
  /** Lines of a file that steps write, none where it is not there. */
  lines(name: string): readonly string[];
  /** What `runbook ARGS` prints, of runs that were written down here. */
  print(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

export interface WorkerOptions extends Pick<TeamProcessOptions, 'heartbeat' | 'more' | 'by' | 'build'> {
  readonly env?: Readonly<Record<string, string>>;
}

export interface HouseOptions {
  readonly server: Server;
  readonly team: Team;
  /** Folder that workers keep between their lives, the bundled code above all. */
  readonly kept: string;
  readonly config?: string;
  readonly limits?: Partial<TeamLimits>;
}

export const patience = { heartbeatMs: 1500, hostMs: 15_000, untakenMs: 20_000 } as const;

export function openHouse({ server, team, kept, config: text = 'environments: { here: {} }\n', limits }: HouseOptions): House {
  const here = place();
  const { folder, env } = here;
  const root = join(folder, 'state');
  const queue = `tests-${randomUUID().slice(0, 8)}`;
  const workers: TeamProcess[] = [];
  const service = teamRunService(team, { root, queue, limits: { ...patience, ...limits }, taskMs: 2000 });
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const config = file('runbook.config.yaml', text);
  const until: House['until'] = async (run, last, seen) => {
    const found: Stamped[] = [];
    for await (const record of service.follow(run, 1, AbortSignal.timeout(120_000))) {
      found.push(record);
      await seen?.(record);
      if (last(record)) break;
    }
    return found;
  };
  return {
    folder,
    root,
    queue,
    service,
    file,
    until,
    toTheEnd: (run, seen) => until(run, ({ type }) => type === 'run.finished', seen),
    start: async (runbookText, input = []) => {
      const path = file(`${randomUUID().slice(0, 8)}.yaml`, runbookText);
      return service.start({ is: 'new', run: await newRun(path, { config, questions: false, input }, 'team') });
    },
    worker: async ({ env: more, ...options } = {}) => {
      const started = startWorker({
        ...{ server, queue, cwd: folder, ...options },
        env: { ...env, RUNBOOK_STATE_DIR: kept, ...more },
      });
      workers.push(started);
      await started.ready;
      return started;
    },
    lines: (name) => {
      try {
        return readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
      } catch {
        return [];
      }
    },
    print: async (...args) => {
      for (const { run } of await service.list()) await service.files(run);
      return (await runbook(args, { cwd: folder, env })).stdout;
    },
    remove: async () => {
      await Promise.all(workers.map((one) => one.kill()));
      for (const { run, state } of await service.list())
        if (state !== 'finished') await team.client.workflow.getHandle(`runbook-run:${run}`).terminate('the test is over');
      here.remove();
    },
  };
}

export const person = (name: string): Actor => ({ name, auth: 'claimed', host: 'here' });

export const answerTo = ({ id, shown }: Extract<Stamped, { type: 'question.opened' }>, verdict: string): Act => ({
  ...{ is: 'answer', question: id, verdict, shown },
});

export const outcomeOf = (records: readonly Stamped[]): string | undefined =>
  records.flatMap((one) => (one.type === 'run.finished' ? [one.outcome] : []))[0];
