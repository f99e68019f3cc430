/** A target says where a step acts: its place is in the command, in the plan, and nothing leads elsewhere. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(join(here.folder, 'bin'));
  for (const name of ['kubectl', 'helm']) {
    const program = join(here.folder, 'bin', name);
    writeFileSync(program, `#!/bin/sh\necho "\${0##*/} $*" | tee -a "${here.folder}/called"\n`);
    chmodSync(program, 0o755);
  }
});
afterEach(() => {
  here.remove();
});

const called = (): readonly string[] => readFileSync(join(here.folder, 'called'), 'utf8').trim().split('\n');

function command(verb: string, entry: string, steps: string, type = 'kubernetes'): Promise<Finished> {
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    `environments: { prod: { targets: { there: { type: ${type}, ${entry} } } } }\n`,
  );
  writeFileSync(
    join(here.folder, 'one.yaml'),
    `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ninputs: { word: { type: string, default: "context=other" } }\n` +
      `targets: { there: ${type} }\nsteps:\n${steps}`,
  );
  const path = `${join(here.folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  return runbook([verb, 'one.yaml'], { cwd: here.folder, env: { ...here.env, PATH: path } });
}
const step = (argv: string): string => `  - { id: a, type: shell, target: there, argv: ${argv}, undo: none }\n`;
const prod = 'context: prod-eu, namespace: payments';

describe('a kubernetes target', () => {
  it('puts its cluster and namespace into each command', async () => {
    const done = await command(
      'run',
      `${prod}, deployment: deploy/web`,
      `${step('[kubectl, rollout, restart, deploy/web]')}` +
        '  - { id: b, type: shell, target: there, argv: [helm, status, web], undo: none }\n' +
        '  - { id: c, type: log, target: there, match: logs, since: 5m, expect: value == 1 }\n' +
        '  - { id: d, type: log, target: there, match: logs, command: [kubectl, logs, deploy/api], expect: value == 1 }\n',
    );
    expect(done.code, done.stdout + done.stderr).toBe(0);
    expect(called()).toEqual([
      'kubectl --context prod-eu --namespace payments rollout restart deploy/web',
      'helm --kube-context prod-eu --namespace payments status web',
      'kubectl --context prod-eu --namespace payments logs deploy/web --since=300s',
      'kubectl --context prod-eu --namespace payments logs deploy/api',
    ]);
  });

  it('runs the command of its entry in place of kubectl', async () => {
    await command(
      'run',
      'command: [kubectl, --context, prod-eu]',
      step('[kubectl, get, pods, "--", "--context=of the container"]'),
    );
    expect(called()).toEqual(['kubectl --context prod-eu get pods -- --context=of the container']);
  });

  it.each([
    ['another cluster', '[kubectl, --context, other, get, pods]', '--context would lead elsewhere'],
    ['another server', '[kubectl, get, pods, --server=https://other]', '--server=https://other would lead elsewhere'],
    ['another program', '[terraform, apply]', '"terraform" cannot be held to a cluster'],
  ])('refuses %s before the first step', async (_, argv, words) => {
    const done = await command('run', prod, step(argv));
    expect(done.code).toBe(3);
    expect(done.stderr).toContain(words);
  });

  it.each([
    ['another cluster from a template', '[kubectl, get, "--{{inputs.word}}"]'],
    ['another namespace', '[kubectl, -n, other, get, pods]'],
    ['another namespace in one word', '[kubectl, get, pods, --namespace=other]'],
    ['another namespace among short options', '[kubectl, get, pods, -wnother]'],
  ])('runs nothing for %s', async (_, argv) => {
    const done = await command('run', prod, step(argv));
    expect(done.code).toBe(1);
    expect(done.stdout + done.stderr).toContain('would lead elsewhere');
    expect(called).toThrow();
  });

  it('stands in the plan with its place, and each command is previewed with it', async () => {
    const plan = await command('plan', prod, step('[kubectl, rollout, restart, deploy/web]'));
    expect(plan.stdout).toContain('target there: kubernetes, context prod-eu, namespace payments');
    const check = await command('check', prod, step('[kubectl, rollout, restart, deploy/web]'));
    expect(check.stdout).toContain('kubectl --context prod-eu --namespace payments rollout restart deploy/web');
  });
});

const members = 'members: { eu: { context: eu }, us: { contxt: us } }';

describe('an entry of the configuration', () => {
  it.each([
    ['kubernetes', 'contxt: prod-eu', 'a kubernetes target has no "contxt"; did you mean "context"'],
    ['kubernetes', 'namespace: payments', 'needs a context'],
    ['process', 'host: prod', 'a process target has no "host"'],
    ['ssh', 'host: a, usr: root', 'an ssh target has no "usr"'],
    ['http', 'url: "http://a", tokn: "secret:a"', 'an http target has no "tokn"'],
    ['http', 'url: "ws://a"', 'must begin with http:// or https://'],
    ['prometheus', 'uri: "http://a"', 'a prometheus target has no "uri"'],
    ['alertmanager', 'url: "http://a", timeout: 5s', 'an alertmanager target has no "timeout"'],
    ['websocket', 'url: "ws://a", sequence: seq', 'a websocket target has no "sequence"'],
    ['postgres', 'user: a, pasword: "secret:a"', 'a postgres target has no "pasword"'],
  ])('of type %s with { %s } is refused before the first step', async (type, entry, words) => {
    const done = await command('run', entry, '  - { id: a, type: shell, argv: [kubectl, get, pods], undo: none }\n', type);
    expect(done.code, done.stdout).toBe(3);
    expect(done.stderr).toContain(words);
    expect(called).toThrow();
  });

  it('is judged in each of its members', async () => {
    const done = await command('run', members, step('[kubectl, get, pods]').replace('target: there', 'target: there/eu'));
    expect(done.code).toBe(3);
    expect(done.stderr).toContain('there/us: a kubernetes target has no "contxt"');
  });
});
