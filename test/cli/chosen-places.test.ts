/** `at`: a step chooses a field of its target, from a value that only the run knows, within what the configuration allows. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(join(here.folder, 'bin'));
  const program = join(here.folder, 'bin/kubectl');
  writeFileSync(program, `#!/bin/sh\necho "$*" >> "${here.folder}/called"\n`);
  chmodSync(program, 0o755);
});
afterEach(() => {
  here.remove();
});

const called = (): readonly string[] =>
  existsSync(join(here.folder, 'called')) ? readFileSync(join(here.folder, 'called'), 'utf8').trim().split('\n') : [];

interface Given {
  readonly at?: string;
  readonly args?: readonly string[];
}

function command(verb: string, steps: string, { at = 'namespace: "team-[a-z]+"', args = [] }: Given = {}): Promise<Finished> {
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    `environments: { prod: { targets: { cluster: { type: kubernetes, context: prod-eu, namespace: none, at: { ${at} } } } } }\n`,
  );
  writeFileSync(
    join(here.folder, 'one.yaml'),
    `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ninputs: { team: { type: string, default: team-a } }\n` +
      `targets: { cluster: kubernetes }\nsteps:\n${steps}`,
  );
  const path = `${join(here.folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  return runbook([verb, 'one.yaml', ...args], { cwd: here.folder, env: { ...here.env, PATH: path } });
}
const first = '  - { id: first, type: shell, target: cluster, argv: [kubectl, first], undo: none }\n';
const restart = (namespace: string, more = 'undo: none'): string =>
  `  - { id: restart, type: shell, target: cluster, at: { namespace: "${namespace}" }, argv: [kubectl, restart], ${more} }\n`;

describe('a place that a step chooses', () => {
  it('is used by this step alone, and shown in plan and record', async () => {
    const steps = first + restart('{{inputs.team}}');
    const done = await command('run', steps, { args: ['-o', 'ndjson'] });
    expect(done.code, done.stdout + done.stderr).toBe(0);
    expect(called()).toEqual(['--context prod-eu --namespace none first', '--context prod-eu --namespace team-a restart']);
    expect(done.stdout).toContain('cluster@namespace:team-a');
    const planned = await command('plan', steps);
    expect(planned.stdout).toContain('cluster@namespace:team-a');
    expect(planned.stdout).toContain('kubectl --context prod-eu --namespace team-a restart');
    expect(planned.stdout).toContain('namespace chosen by steps within team-[a-z]+');
  });

  it('comes from a step before it', async () => {
    const find = '  - { id: find, type: shell, argv: [printf, team-b], reads: true }\n';
    const done = await command('run', find + restart('{{steps.find.value}}'));
    expect(done.code, done.stdout + done.stderr).toBe(0);
    expect(called()).toEqual(['--context prod-eu --namespace team-b restart']);
  });

  it('is where its change is taken back', async () => {
    const undo = 'undo: { type: shell, argv: [kubectl, back] }';
    const done = await command('run', restart('{{inputs.team}}', undo));
    expect(done.code, done.stdout + done.stderr).toBe(0);
    await runbook(['undo', 'last'], {
      cwd: here.folder,
      env: { ...here.env, PATH: `${join(here.folder, 'bin')}:${process.env['PATH'] ?? ''}` },
    });
    expect(called().at(-1)).toBe('--context prod-eu --namespace team-a back');
  });
});

describe('a place that the configuration does not allow', () => {
  it.each([
    [
      'from an input',
      '{{inputs.team}}',
      ['-i', 'team=kube-system'],
      '"kube-system" is not allowed as the namespace of target "cluster"',
    ],
    ['that only begins as it should', '{{inputs.team}}', ['-i', 'team=team-a; true'], '"team-a; true" is not allowed'],
    ['with two values in one', '{{inputs.team}}', ['-i', 'team=team-a,team-b'], 'has a comma in a value'],
    ['that is written', 'kube-system', [], '"kube-system" is not allowed as the namespace of target "cluster"'],
  ])('%s is refused before the first step', async (_what, namespace, args, words) => {
    const done = await command('run', first + restart(namespace), { args });
    expect(done.code, done.stdout + done.stderr).toBe(args.length === 0 ? 3 : 2);
    expect(done.stderr).toContain(words);
    expect(called()).toEqual([]);
  });

  it('never is a secret, whatever the pattern', async () => {
    const done = await command('run', first + restart('{{inputs.team}}'), {
      at: 'namespace: ".*"',
      args: ['-i', 'team=secret:token'],
    });
    expect(done.code).toBe(2);
    expect(done.stderr).toContain('"secret:token" is not allowed');
  });

  it('from a step fails that step before it does anything', async () => {
    const find = '  - { id: find, type: shell, argv: [printf, kube-system], reads: true }\n';
    const done = await command('run', find + restart('{{steps.find.value}}'));
    expect(done.code).toBe(1);
    expect(done.stdout + done.stderr).toContain('"kube-system" is not allowed as the namespace of target "cluster"');
    expect(called()).toEqual([]);
  });

  it('is found by lint: a field that no step may choose', async () => {
    const done = await command('lint', restart('{{inputs.team}}'), {
      at: 'context: "prod-.*"',
      args: ['--config', 'runbook.config.yaml'],
    });
    expect(done.code).toBe(3);
    expect(done.stdout + done.stderr).toContain('the configuration does not let a step choose the namespace of target "cluster"');
  });

  it.each([
    ['namespace: "team-["', 'the pattern of namespace is not a regular expression'],
    ['type: ".*"', 'no step can choose the type of a target'],
  ])('`at: { %s }` is an error of the configuration', async (at, words) => {
    const done = await command('run', first, { at });
    expect(done.code).not.toBe(0);
    expect(done.stderr).toContain(words);
    expect(called()).toEqual([]);
  });
});
