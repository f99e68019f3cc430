/** The system of this world: its containers, and what the lab plays around them. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { serve } from '../../services/serve.ts';
import type { LabState } from '../../state.ts';
import { portOf } from '../../state.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import type { Affliction } from './affliction.ts';
import { noAffliction } from './affliction.ts';
import type { Crowd } from './crowd.ts';
import { openCrowd } from './crowd.ts';
import type { Disk } from './disk.ts';
import { createDisk } from './disk.ts';
import type { Jaeger } from './jaeger.ts';
import { openJaeger } from './jaeger.ts';
import { layoutOf, writeUsualFiles } from './layout.ts';
import { containers } from './names.ts';
import type { Trickle } from './trickle.ts';
import { createTrickle } from './trickle.ts';
import { defineUnits } from './units.ts';

export interface System {
  readonly state: LabState;
  readonly supervisor: Supervisor;
  readonly crowd: Crowd;
  readonly trickle: Trickle;
  readonly disk: Disk;
  readonly jaeger: Jaeger;
  /** Breaks something in programs that run; replaces what was broken before. */
  afflict(given: Partial<Affliction>): void;
  readonly affliction: () => Affliction;
  /** Whether a container has been started since the affliction. */
  isRestarted(container: string): boolean;
  /** Stops what the lab plays; the supervisor ends the containers. */
  close(): void;
}

export async function openSystem(state: LabState, supervisor: Supervisor): Promise<System> {
  const layout = layoutOf(state);
  writeUsualFiles(state);
  writeFileSync(layout.serverLog, '');
  await Promise.all([makeRepository(layout.repository), defineUnits(state, supervisor)]);
  const jaeger = await openJaeger(portOf(state, 'jaeger'));
  const brokerMetrics = await serveBrokerMetrics(state);
  const crowd = openCrowd(state);
  let affliction = noAffliction;
  const afflict = (given: Partial<Affliction>): void => {
    affliction = { ...noAffliction, ...given, at: Date.now() };
    writeFileSync(layout.affliction, JSON.stringify(affliction));
  };
  afflict({});
  const isRestarted = (container: string): boolean => Date.parse(supervisor.status(container)?.startedAt ?? '') > affliction.at;
  /** A broker that was started anew loses nothing any more. */
  const watch = setInterval(() => {
    if (affliction.brokerLosesEvery > 0 && isRestarted(containers.kafka)) afflict({});
  }, 200);
  const trickle = createTrickle(state);
  const disk = createDisk(state);
  return {
    state,
    supervisor,
    crowd,
    trickle,
    disk,
    jaeger,
    afflict,
    affliction: () => affliction,
    isRestarted,
    close: () => {
      clearInterval(watch);
      trickle.stop();
      disk.reset();
      crowd.close();
      for (const server of [jaeger.server, brokerMetrics]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

/** For findings that a runbook commits. */
async function makeRepository(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const git = (...args: readonly string[]): Promise<unknown> => promisify(execFile)('git', args, { cwd: folder });
  await git('init', '-q', '-b', 'main');
  await git('config', 'user.name', 'lab');
  await git('config', 'user.email', 'lab@localhost');
  await git('commit', '-q', '--allow-empty', '-m', 'incidents');
}

/** Metrics of the broker, from beside it: nothing while it does not take connections. */
const serveBrokerMetrics = (state: LabState): ReturnType<typeof serve> =>
  serve(portOf(state, 'kafkaMetrics'), async (path) =>
    path === '/metrics' && (await takesConnections(portOf(state, 'kafka')))
      ? { status: 200, text: '# TYPE kafka_brokers gauge\nkafka_brokers 1\n' }
      : { status: 503, text: 'the broker does not answer\n' },
  );

const takesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.setTimeout(300, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(false);
    });
  });
