/** Takes back every fault and everything that a runbook may have changed; also the first start. */
import { writeFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import type { LabState } from '../../state.ts';
import { addressOf, prometheusUrl } from '../../state.ts';
import { healthOf, persistently, produce, textOf, until, withAdmin } from './clients.ts';
import { ensureRunning } from './containers.ts';
import { layoutOf, writeUsualFiles } from './layout.ts';
import { containers, replayPrefix, topics } from './names.ts';
import { seededRecords, seededSpans } from './seed.ts';
import type { System } from './system.ts';
import { emptyTopics, resetTopics } from './topics.ts';
import { stranger } from './units.ts';

/** The programs are always started anew: that takes a second, and nothing of before is left in them. */
const programs = [containers['websocket-server'], containers['quality-monitor'], containers.exporter] as const;

export async function heal(system: System): Promise<void> {
  const { state, supervisor, trickle, crowd, disk, jaeger } = system;
  trickle.stop();
  crowd.removeSlow();
  disk.reset();
  system.afflict({});
  writeUsualFiles(state);
  await Promise.all([stranger, ...programs].map((unit) => supervisor.stop(unit)));
  const prometheus = ensureRunning(state, supervisor, 'prometheus');
  await ensureRunning(state, supervisor, 'kafka');
  await Promise.all([emptyBroker(state), emptyReplay(state)]);
  supervisor.clearLogs();
  writeFileSync(layoutOf(state).serverLog, '');
  await persistently(() => produce(state, topics.dlq, seededRecords(Date.now())));
  jaeger.reset(seededSpans(Date.now()));
  await Promise.all(programs.map((unit) => supervisor.start(unit)));
  await Promise.all([prometheus, until('messages flow', () => isFlowing(state))]);
  await forget(state);
}

async function isFlowing(state: LabState): Promise<boolean> {
  const health = await healthOf(state);
  const metrics = await textOf(state, 'websocketServer', '/metrics');
  return (
    health?.status === 'ok' &&
    /status="success"\} [1-9]/.test(metrics ?? '') &&
    (await textOf(state, 'exporter', '/health')) !== undefined
  );
}

/** The usual topics, without records. */
async function emptyBroker(state: LabState): Promise<void> {
  await persistently(() => withAdmin(state, resetTopics));
  await persistently(() => withAdmin(state, emptyTopics));
}

async function emptyReplay(state: LabState): Promise<void> {
  const redis = new Redis(`redis://${addressOf(state, 'redis')}`);
  try {
    const keys = await redis.keys(`${replayPrefix}:*`);
    if (keys.length > 0) await redis.del(keys);
  } finally {
    redis.disconnect();
  }
}

/** Prometheus forgets what was, so that no window reaches back to it. */
async function forget(state: LabState): Promise<void> {
  const match = encodeURIComponent('{__name__=~".+"}');
  await fetch(`${prometheusUrl(state)}/api/v1/admin/tsdb/delete_series?match[]=${match}`, { method: 'POST' });
}
