/** Services under every manager: what is done, when the step ends, and what is put back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rmSync } from 'node:fs';
import type { TestSsh } from '../../../lab/servers/ssh-tests.ts';
import { startSsh } from '../../../lab/servers/ssh-tests.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { stepType } from './index.ts';
import type { Managers } from './test/managers.ts';
import { makeManagers } from './test/managers.ts';

let managers: Managers;
let host: TestSsh;
const pathBefore = process.env['PATH'] ?? '';
const targets: Record<string, readonly [type: string, entry: Json]> = {
  docker: ['docker', { context: 'prod' }],
  kubernetes: ['kubernetes', { context: 'prod', namespace: 'web' }],
  'systemd here': ['systemd', {}],
  'systemd by ssh': ['systemd', null],
  ssh: ['ssh', null],
  aws: ['aws', { region: 'eu-central-1' }],
};
const open = (where: string): Promise<Bench> => {
  const [type, entry] = targets[where] as readonly [string, Json];
  return openStep(stepType, entry ?? { ...host.target }, type);
};

beforeAll(async () => {
  managers = makeManagers();
  process.env['PATH'] = `${managers.path}:${pathBefore}`;
  host = await startSsh({ path: `${managers.path}:${pathBefore}` });
});
afterAll(async () => {
  process.env['PATH'] = pathBefore;
  await host.stop();
  rmSync(managers.path, { recursive: true, force: true });
});
let count = 0;
let web: string;
beforeEach(() => {
  count += 1;
  web = `web${String(count)}`;
});
const actedOn = (name: string): readonly string[] => managers.acted().filter((words) => words.includes(name));

describe.each(Object.keys(targets))('on %s', (where) => {
  it('reads whether a service runs, and touches nothing', async () => {
    managers.set(web, {});
    const bench = await open(where);
    expect(resultOf(await bench.run({ status: web }))).toMatchObject({ state: 'running', healthy: true, wanted: 1, ready: 1 });
    expect(actedOn(web)).toEqual([]);
  });

  it('stops a service, tells what it was before, and starts it again on undo', async () => {
    managers.set(web, {});
    const bench = await open(where);
    const context = bench.context();
    const old = (await bench.session.capture?.({ stop: web }, context)) ?? null;
    const { done } = await bench.run({ stop: web });
    expect(done).toMatchObject({
      ok: true,
      changed: true,
      result: { state: 'stopped', wanted: 0, before: { state: 'running' } },
    });
    expect(await bench.run({ stop: web })).toMatchObject({ done: { ok: true, changed: false }, sent: false });
    expect(await bench.session.restore?.(old, { stop: web, hold: 0 }, context)).toMatchObject({ ok: true, changed: true });
    expect(resultOf(await bench.run({ status: web }))).toMatchObject({ state: 'running', wanted: 1 });
  });

  it('reports a service that does not exist before anything is done', async () => {
    const bench = await open(where);
    const { done, sent } = await bench.run({ stop: 'nosuch' });
    expect(done).toMatchObject({ ok: false });
    expect(sent).toBe(false);
  });
});

describe.each(['docker', 'kubernetes', 'systemd here', 'ssh'])('restarting on %s', (where) => {
  it('ends when the service is healthy again, in another life', async () => {
    managers.set(web, { slow: 1 });
    const bench = await open(where);
    const { done, sent } = await bench.run({ restart: web, hold: 0 });
    expect(done).toMatchObject({ ok: true, changed: true, result: { state: 'running', before: { state: 'running' } } });
    expect(sent).toBe(true);
    expect(managers.get(web).life).toBe(2);
  });

  it('fails in words when the service does not become healthy in time', async () => {
    managers.set(web, { slow: 1000 });
    const { done } = await (await open(where)).run({ restart: web, within: 700, hold: 0 });
    expect(done).toMatchObject({ ok: false, wire: 'refused', code: 'not-healthy', changed: 'unknown' });
    expect(done.ok ? '' : done.message).toContain(`${web} is starting (0 of 1 ready`);
  });

  it('passes on what the command printed when it fails', async () => {
    managers.set(web, { refuses: 'permission denied' });
    const { done } = await (await open(where)).run({ restart: web });
    expect(done).toMatchObject({ ok: false, class: 'exit-code', changed: 'unknown' });
    expect(done.ok ? '' : done.message).toMatch(/exit code 1: permission denied$/);
  });
});

it('does not take a service that starts again and again for a healthy one', async () => {
  managers.set(web, { crashes: true });
  const { done } = await (await open('docker')).run({ restart: web, within: 1200, hold: 600 });
  expect(done).toMatchObject({ ok: false, code: 'not-healthy' });
});

it('reports a service that is not healthy before the timeout of the step cuts it off', async () => {
  managers.set(web, { slow: 1000 });
  const bench = await open('docker');
  const context = { ...bench.context(), deadline: 2500 };
  expect(await bench.session.run({ restart: web, hold: 0 }, context)).toMatchObject({ ok: false, code: 'not-healthy' });
});

describe('on a cluster', () => {
  it('scales, and puts the old number back', async () => {
    managers.set(web, { replicas: 2 });
    const bench = await open('kubernetes');
    const scale = { scale: `deploy/${web}`, replicas: '5', hold: 0 };
    const old = (await bench.session.capture?.(scale, bench.context())) ?? null;
    expect(resultOf(await bench.run(scale))).toMatchObject({ wanted: 5, ready: 5, before: { wanted: 2 } });
    expect(await bench.session.restore?.(old, scale, bench.context())).toMatchObject({ ok: true });
    expect(actedOn(web)).toEqual([
      `kubectl --context prod --namespace web scale deploy/${web} --replicas=5`,
      `kubectl --context prod --namespace web scale deploy/${web} --replicas=2`,
    ]);
  });

  it('rolls an image out, and refuses to put the old one back over what somebody else rolled out', async () => {
    managers.set(web, {});
    const bench = await open('kubernetes');
    const replace = { replace: web, image: 'web:2', hold: 0 };
    const old = (await bench.session.capture?.(replace, bench.context())) ?? null;
    expect(resultOf(await bench.run(replace))).toMatchObject({ image: 'web:2', before: { image: 'web:1' } });
    managers.set(web, { image: 'web:3' });
    expect(await bench.session.restore?.(old, replace, bench.context())).toMatchObject({ ok: false, code: 'changed-meanwhile' });
    expect(managers.get(web).image).toBe('web:3');
    expect(await bench.session.restore?.(old, replace, { ...bench.context(), overwrite: true })).toMatchObject({ ok: true });
    expect(managers.get(web).image).toBe('web:1');
  });
});

it('runs its commands by sudo where it is asked to', async () => {
  managers.set(web, {});
  resultOf(await (await open('systemd here')).run({ restart: web, sudo: true, hold: 0 }));
  expect(actedOn(web)).toEqual([`sudo systemctl restart -- ${web}`]);
});

it.each(['-v', '', 'two words'])('refuses %j as the name of a service', async (name) => {
  const { done } = await (await open('kubernetes')).run({ stop: name });
  expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'config' });
});

it.each(['docker', 'systemd here', 'aws'])('asks which member of several is meant on %s', async (where) => {
  const [type, entry] = targets[where] as readonly [string, Json];
  const members = { ...(entry as Readonly<Record<string, Json>>), members: { a: {}, b: {} } };
  await expect(openStep(stepType, members, type)).rejects.toThrow('target: NAME/a');
});
