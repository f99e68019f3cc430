/** Does everything arrive, in order, and is it kept? Asked of the services themselves, without the interpreter. */
import { Redis } from 'ioredis';
import type { LabState } from '../../state.ts';
import { addressOf, controlUrl } from '../../state.ts';
import { healthOf, textOf, withAdmin } from './clients.ts';
import { counters } from './counters.ts';
import { containers, topics } from './names.ts';
import { replayKey } from './server/replay.ts';
import { topicSettings } from './topics.ts';
import { stranger } from './units.ts';

interface SystemState {
  readonly containers: readonly { readonly name: string; readonly is: string }[];
  readonly isDiskFull: boolean;
  /** Whether the websocket-server computes too long for every batch: its latencies tell of a busy machine as well. */
  readonly isSlowed: boolean;
}

/** What is wrong, one line each; empty: nothing. */
export async function verify(state: LabState): Promise<readonly string[]> {
  const system = (await (await fetch(`${controlUrl(state)}/state`)).json()) as SystemState;
  const wanted: readonly string[] = Object.values(containers);
  const down = system.containers.filter(({ name, is }) => wanted.includes(name) && is !== 'running').map(({ name }) => name);
  const isTaken = system.containers.some(({ name, is }) => name === stranger && is === 'running');
  if (down.length > 0)
    return [...down.map((name) => `${name} does not run`), ...(isTaken ? ['another program listens at its port'] : [])];
  const found = await Promise.all([health(state), counters(state), topicsThere(state), orphans(state), prometheus(state)]);
  return [
    ...found.flat(),
    ...(system.isDiskFull ? ['the disk of the broker is full'] : []),
    ...(system.isSlowed ? ['the websocket-server computes too long for every batch'] : []),
  ];
}

async function health(state: LabState): Promise<readonly string[]> {
  const found = await healthOf(state);
  if (found === undefined) return ['the websocket-server does not answer'];
  return found.status === 'ok' ? [] : [`the websocket-server is ${found.status}: ${found.alert}`];
}

async function prometheus(state: LabState): Promise<readonly string[]> {
  return (await textOf(state, 'prometheus', '/-/ready')) === undefined ? ['Prometheus is not ready'] : [];
}

async function topicsThere(state: LabState): Promise<readonly string[]> {
  try {
    return await withAdmin(state, async (admin) => {
      const known = await admin.listTopics();
      const missing = Object.values(topics).filter((topic) => !known.includes(topic));
      const isShort = !missing.includes(topics.main) && 'retention.ms' in (await topicSettings(admin, topics.main));
      return [
        ...missing.map((topic) => `the topic ${topic} does not exist`),
        ...(isShort ? [`the retention of ${topics.main} is not the usual one`] : []),
      ];
    });
  } catch {
    return ['the broker does not answer'];
  }
}

/** Messages that the replay buffer has and its index has not. */
async function orphans(state: LabState): Promise<readonly string[]> {
  const redis = new Redis(`redis://${addressOf(state, 'redis')}`);
  try {
    const keys = await redis.keys(replayKey(0, 'offset:*'));
    const index = new Set(await redis.zrange(replayKey(0, 'offsets'), '0', '-1'));
    const strange = keys.filter((key) => !index.has(key.split(':').at(-1) ?? ''));
    // what has gone meanwhile was removed from both
    const without = strange.length === 0 ? 0 : await redis.exists(...strange);
    return without > 50 ? [`${String(without)} replay messages are in no index`] : [];
  } finally {
    redis.disconnect();
  }
}
