import { describe, expect, it } from 'vitest';
import { alive } from './process.ts';
import { startKafka, startPrometheus, startRedis } from './test-servers.ts';

describe('servers for tests', () => {
  it('start together on ports of their own, are killed and come back, and leave no process', async () => {
    const [redis, kafka, prometheus] = await Promise.all([startRedis(), startKafka(), startPrometheus()]);
    const pids = [redis.pid, kafka.pid, prometheus.pid];
    expect(new Set([redis.port, kafka.port, prometheus.port]).size).toBe(3);
    expect((await fetch(`${prometheus.url}/api/v1/query?query=up`)).status).toBe(200);

    await Promise.all([redis.kill(), kafka.kill()]);
    await Promise.all([redis.restart(), kafka.restart()]);
    expect(redis.pid).not.toBe(pids[0]);
    expect(kafka.pid).not.toBe(pids[1]);
    const last = [redis.pid, kafka.pid, prometheus.pid];

    await Promise.all([redis.stop(), kafka.stop(), prometheus.stop()]);
    // an ended child stays in the process table for a moment, until Node has noticed
    await expect.poll(() => [...pids, ...last].filter(exists), { timeout: 5000 }).toEqual([]);
  });

  it('a paused server does not answer, a resumed one does', async () => {
    const prometheus = await startPrometheus();
    prometheus.pause();
    await expect(fetch(prometheus.url, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
    prometheus.resume();
    expect((await fetch(`${prometheus.url}/-/ready`)).status).toBe(200);
    await prometheus.stop();
  });

  it('a process is recognised by its start time, not by its pid alone', async () => {
    const redis = await startRedis();
    expect(alive({ name: 'another', pid: redis.pid, start: '1' })).toBe(false);
    await redis.stop();
  });
});

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
