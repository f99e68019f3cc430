/** An alert finds the runbook that answers it and fills its inputs, as Alertmanager sends it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(join(here.folder, 'runbooks.yaml.d'));
  writeFileSync(
    join(here.folder, 'runbooks.yaml.d', 'disk-full.yaml'),
    `apiVersion: runbook/v1
id: disk-full
title: Disk full
owners: [tests]
triggers:
  - { alert: DiskFull, labels: { team: storage }, inputs: { host: "{{alert.labels.host}}", hosts: "{{alert.labels.host}}", since: "{{alert.startsAt}}" } }
inputs:
  host: { type: string }
  hosts: { type: list, of: string, default: [] }
  since: { type: timestamp }
steps:
  - { id: seen, type: check, expect: "inputs.host != '' && inputs.since < timestamp('2030-01-01T00:00:00Z')" }
outputs: { host: inputs.host, hosts: inputs.hosts }
`,
  );
});
afterEach(() => {
  here.remove();
});

const alert = (labels: Readonly<Record<string, string>>, status = 'firing') => ({
  status,
  labels: { alertname: 'DiskFull', team: 'storage', ...labels },
  annotations: {},
  startsAt: '2026-11-29T05:00:00Z',
});
const call = (verb: string, payload: unknown, ...more: readonly string[]) => {
  writeFileSync(join(here.folder, 'payload.json'), JSON.stringify(payload));
  return runbook([verb, ...more, '--alert', 'payload.json', '-o', 'json'], { env: here.env, cwd: here.folder });
};

describe('run --alert', () => {
  it('starts the runbook that answers, with inputs from the labels', async () => {
    const { code, stdout } = await call('run', {
      version: '4',
      alerts: [alert({ host: 'db1' }), alert({ host: 'db9' }, 'resolved')],
    });
    expect({ code, outputs: (JSON.parse(stdout) as { outputs: unknown }).outputs }).toEqual({
      code: 0,
      outputs: { host: 'db1', hosts: ['db1'] },
    });
  });

  it('lets -i come first, and a list take all alerts', async () => {
    const { stdout } = await call('run', [alert({ host: 'db1' }), alert({ host: 'db2' })], 'disk-full', '-i', 'host=db7');
    expect((JSON.parse(stdout) as { outputs: unknown }).outputs).toEqual({ host: 'db7', hosts: ['db1', 'db2'] });
  });

  it('shows the same in a plan', async () => {
    const { stdout } = await call('plan', alert({ host: 'db1' }));
    expect(JSON.parse(stdout)).toMatchObject({ runbook: 'disk-full', inputs: { host: 'db1' } });
  });

  it.each([
    [
      'several values where one is wanted',
      [alert({ host: 'db1' }), alert({ host: 'db2' })],
      'several values for the input "host": db1, db2',
    ],
    ['a label that is missing', [alert({})], 'the alert does not fill the input "host"'],
    ['labels that the runbook does not answer', [alert({ host: 'db1', team: 'web' })], 'answers none of these alerts'],
    ['alerts that are over', { alerts: [alert({ host: 'db1' }, 'resolved')] }, 'all its alerts are resolved'],
    ['no alert at all', {}, 'there is no alert in it'],
  ])('refuses %s, before anything is done', async (_, payload, says) => {
    const { code, stderr } = await call('run', payload, 'disk-full');
    expect({ code, said: stderr.includes(says) ? says : stderr }).toEqual({ code: 2, said: says });
  });
});

describe('the runbook of an alert', () => {
  const write = (id: string, trigger: string, step = '{ id: seen, type: check, expect: "true" }'): void => {
    writeFileSync(
      join(here.folder, 'runbooks.yaml.d', `${id}.yaml`),
      `apiVersion: runbook/v1\nid: ${id}\ntitle: ${id}\nowners: [tests]\n${trigger}targets: { metrics: prometheus }\nsteps: [${step}]\n`,
    );
  };
  const planned = async (labels: Readonly<Record<string, string>>): Promise<unknown> =>
    (JSON.parse((await call('plan', alert({ host: 'db1', ...labels }))).stdout) as { runbook: unknown }).runbook;

  it('is the one whose labels say the most', async () => {
    write('any-disk', 'triggers: [{ alert: DiskFull }]\n');
    expect(await planned({})).toBe('disk-full');
    expect(await planned({ team: 'web' })).toBe('any-disk');
  });

  it('is one with alert: "*" where no runbook names the alert', async () => {
    write('any-alert', 'triggers: [{ alert: "*" }]\n');
    expect(await planned({ alertname: 'CpuHot' })).toBe('any-alert');
    expect(await planned({})).toBe('disk-full');
  });

  it('is not one that only reads the state of the alert', async () => {
    write('reads-it', 'triggers: [{ alert: CpuHot }]\n', '{ id: seen, type: alert, alert: DiskFull }');
    const { code } = await runbook(['show', 'DiskFull'], { env: here.env, cwd: here.folder });
    expect(code).toBe(0);
  });
});
