/** The second start of a build runs from V8's code cache; what it imports late (drivers, the screen) must still be found. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startRedis } from '../../lab/servers/test-servers.ts';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

it('a driver is loaded by a program that comes from the cache', async () => {
  const redis = await startRedis();
  try {
    const config = join(here.folder, 'config.yaml');
    writeFileSync(
      config,
      `environments:\n  local:\n    targets:\n      cache: { type: redis, url: "redis://127.0.0.1:${String(redis.port)}" }\n`,
    );
    const path = join(here.folder, 'ping.yaml');
    writeFileSync(
      path,
      'apiVersion: runbook/v1\nid: ping\ntitle: Ping\nowners: [tests]\ntargets: { cache: redis }\n' +
        'steps:\n  - { id: ping, type: redis, command: [PING], expect: value == "PONG" }\n',
    );
    const cache = join(here.folder, 'cache');
    const env = { ...here.env, XDG_CACHE_HOME: cache };
    const run = () => runbook(['run', path, '--config', config, '--env', 'local'], { env, cwd: here.folder });
    const cold = await run();
    expect(existsSync(join(cache, 'runbook', 'code')) && readdirSync(join(cache, 'runbook', 'code')).length).toBe(1);
    const warm = await run();
    expect([cold.code, warm.code], warm.stdout + warm.stderr).toEqual([0, 0]);
  } finally {
    await redis.stop();
  }
});

it('RUNBOOK_CODE_CACHE=off neither reads nor writes a cache', async () => {
  const cache = join(here.folder, 'cache');
  const env = { ...here.env, XDG_CACHE_HOME: cache, RUNBOOK_CODE_CACHE: 'off' };
  const listed = await runbook(['--version'], { env, cwd: here.folder });
  expect(listed.code).toBe(0);
  expect(existsSync(join(cache, 'runbook'))).toBe(false);
});

it('RUNBOOK_V8_FLAGS=off has a cache of its own, because code belongs to the flags it was compiled under', async () => {
  const cache = join(here.folder, 'cache');
  const start = (flags: string) =>
    runbook(['--version'], { env: { ...here.env, XDG_CACHE_HOME: cache, RUNBOOK_V8_FLAGS: flags }, cwd: here.folder });
  expect([(await start('off')).code, (await start('on')).code]).toEqual([0, 0]);
  expect(readdirSync(join(cache, 'runbook', 'code'))).toHaveLength(2);
  expect(readdirSync(join(cache, 'runbook', 'code')).filter((name) => name.endsWith('-plain'))).toHaveLength(1);
});
