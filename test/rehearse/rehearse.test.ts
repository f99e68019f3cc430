/** `runbook rehearse` on a system of three files: what the runbook does, what it would not notice, and what a rehearsal file may not say. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, place, runbook, start } from '../rig/cli.ts';
import type { Place } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  write('runbooks.yaml.d/light.yaml', light);
  write('runbooks.yaml.d/light.rehearsal.yaml', rehearsal());
  write('config.yaml', 'environments:\n  toy: { rehearsal: true, timeScale: 60 }\n');
});
afterEach(() => {
  here.remove();
});

const write = (name: string, text: string): void => {
  execFileSync('mkdir', ['-p', join(here.folder, name, '..')]);
  writeFileSync(join(here.folder, name), text);
};
const call = (...args: readonly string[]) => runbook(args, { cwd: here.folder, env: here.env });

/** The lamp is a file that says on or off; its fuse is another; the label is what nobody looks at. */
const light = `apiVersion: runbook/v1
id: light
title: The lamp is off
owners: [tests]
inputs: { room: { type: string } }
preconditions:
  - { id: meter, type: shell, argv: ["false"], reads: true, finding: true }
  - { id: isOff, type: shell, argv: [cat, ../lamp], expect: value == "off" }
steps:
  - { id: fuse, type: shell, script: "echo whole > ../fuse", undo: none }
  - { id: lamp, type: shell, script: "echo on > ../lamp", confirm: Switch it on?, undo: none }
  - id: naming
    steps:
      - { id: label, type: shell, script: "echo $ROOM > ../label", env: { ROOM: "{{inputs.room}}" }, undo: none }
validations:
  - { id: shines, type: shell, argv: [cat, ../lamp], expect: value == "on" }
  - { id: holds, type: shell, argv: [cat, ../fuse], expect: value == "whole" }
`;

const rehearsal = (more = ''): string => `apiVersion: runbook/v1
rehearses: light
environment: toy
lab:
  up: ["echo up >> ../lab"]
  down: ["echo down >> ../lab"]
  config: cat ../config.yaml
verify: test "$(cat ../lamp)" = on
inputs: { room: hall }
answers: { lamp: true }
worlds:
  healthy:
    prepare: ["echo on > ../lamp", "echo whole > ../fuse"]
    given: holds
    expect: { outcome: refused, steps: { isOff: failed }, changed: [], verify: holds }
  dark:
    prepare: ["echo off > ../lamp", "echo blown > ../fuse", "rm -f ../label"]
    given: broken
    expect: { outcome: succeeded, changed: [fuse, lamp, label], verify: holds }
${more}`;

/** The lamp has a brightness now. */
const dimmer = `apiVersion: runbook/v1
id: light
title: The lamp is dim
owners: [tests]
inputs: { room: { type: string } }
preconditions:
  - { id: isDim, type: shell, argv: [cat, ../lamp], value: int(result.stdout), expect: value < 40 }
  - { id: readable, type: shell, argv: [ls, ../lamp] }
steps:
  - { id: lamp, type: shell, script: "echo 90 > ../lamp", when: inputs.room == "hall", undo: none }
validations:
  - { id: shines, type: shell, argv: [cat, ../lamp], value: int(result.stdout), expect: value > 5 }
`;

const dimmed = `apiVersion: runbook/v1
rehearses: light
environment: toy
lab: { config: cat ../config.yaml }
verify: test "$(cat ../lamp)" -ge 90
inputs: { room: hall }
minScore: 70
worlds:
  healthy:
    prepare: ["echo 1000 > ../lamp"]
    given: holds
    expect: { outcome: refused, steps: { isDim: failed }, changed: [], verify: holds }
  dim:
    prepare: ["echo 3 > ../lamp"]
    given: broken
    expect: { outcome: succeeded, changed: [lamp], verify: holds }
`;

describe('rehearse', () => {
  it('runs every world, loses each step in turn, and names the one that nobody misses', async () => {
    const { code, stdout } = await call('rehearse', 'light');
    expect(stdout.replaceAll(/\(\d+(\.\d+)?s\)/g, '(Ns)').replace(/run is \w+/, 'run is ID')).toBe(
      [
        'light: bringing the system up',
        '  ok      healthy: refused (Ns)',
        '  ok      dark: succeeded (Ns)',
        '  ok      dark without fuse: noticed by holds (Ns)',
        '  ok      dark without lamp: noticed by shines (Ns)',
        '  FAILED  dark without label: not noticed, and the system is well without it (Ns); its run is ID',
        'light: 2 of 2 worlds as expected, score 66 % (2 of 3 lost steps noticed)',
        '',
      ].join('\n'),
    );
    expect(code).toBe(1);
    expect(readFileSync(join(here.folder, 'lab'), 'utf8')).toBe('up\ndown\n');
    // The step did nothing, and the record says so.
    expect(existsSync(join(here.folder, 'label'))).toBe(false);
    const kept = readdirSync(join(here.folder, 'state', 'rehearsals', 'runs'));
    expect(kept).toHaveLength(1);
    const { stdout: report } = await runbook(['report', kept[0] ?? ''], {
      cwd: here.folder,
      env: { ...here.env, RUNBOOK_STATE_DIR: join(here.folder, 'state', 'rehearsals') },
    });
    expect(report).toContain('the rehearsal answered success here and did nothing');
  });

  it('tries mistakes in the runbook, each where it could show', async () => {
    write('runbooks.yaml.d/light.yaml', dimmer);
    write('runbooks.yaml.d/light.rehearsal.yaml', dimmed);
    const { code, stdout } = await call('rehearse', 'light', '--mutants');
    expect(stdout.replaceAll(/\(\d+(\.\d+)?s\)/g, '(Ns)').replaceAll(/run is \w+/g, 'run is ID')).toBe(
      [
        'light: bringing the system up',
        '  ok      healthy: refused (Ns)',
        '  ok      dim: succeeded (Ns)',
        '  ok      dim without lamp: noticed by shines (Ns)',
        '  ok      without the check isDim: noticed in healthy: the run ended succeeded, expected refused (Ns)',
        '  open    with `value < 400` instead of `value < 40` in isDim: healthy ends the same, isDim still fails (Ns); its run is ID',
        '  open    without the check readable: the check fails in no world and for no lost step',
        '  ok      without the check shines: noticed in dim without lamp: the loss is not noticed any more (Ns)',
        '  ok      with `value > 0` instead of `value > 5` in shines: noticed in dim without lamp: the loss is not noticed any more (Ns)',
        '  ok      with `when` of lamp inverted: noticed in dim: the run ended failed, expected succeeded; shines failed: expected value > 5, value is 3 (Ns)',
        'light: 2 of 2 worlds as expected, score 71 % (5 of 7 mutants noticed), at least 70 % demanded',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    // The record of a run with a mistake says so.
    const kept = readdirSync(join(here.folder, 'state', 'rehearsals', 'runs'));
    expect(kept).toHaveLength(1);
    const { stdout: report } = await runbook(['report', kept[0] ?? ''], {
      cwd: here.folder,
      env: { ...here.env, RUNBOOK_STATE_DIR: join(here.folder, 'state', 'rehearsals') },
    });
    expect(report).toMatch(/^\* Variation: not the runbook as it is: with .* in isDim$/m);

    write('runbooks.yaml.d/light.rehearsal.yaml', dimmed.replace('minScore: 70', 'minScore: 90\nmutants: [checks]'));
    const junit = await call('rehearse', 'light', '-o', 'junit');
    expect(junit.code).toBe(1);
    expect(junit.stdout).toContain('<properties><property name="score" value="75"/></properties>');
    expect(junit.stdout).toContain('<failure message="score 75 % (3 of 4 mutants noticed)">');
    expect((await call('show', 'light')).stdout).toContain('score 75 % (3 of 4 mutants noticed)');
    expect((await call('list', '-o', 'json')).stdout).toMatch(/"score": ?75/);
  });

  it('loses a called runbook as a whole where that has a rehearsal of its own, and step by step where it has none', async () => {
    const evening = `apiVersion: runbook/v1\nid: evening\ntitle: Evening\nowners: [tests]\nsteps:\n`;
    write('runbooks.yaml.d/evening.yaml', `${evening}  - { id: hall, type: runbook, run: light, inputs: { room: hall } }\n`);
    const worlds = `answers: { hall.lamp: true }
worlds:
  dark:
    prepare: ["echo off > ../lamp", "echo blown > ../fuse", "rm -f ../label"]
    expect: { outcome: succeeded, changed: [hall.fuse, hall.lamp, hall.label], verify: holds }
`;
    const head = rehearsal()
      .replace(/inputs:[^]*/, worlds)
      .replace('rehearses: light', 'rehearses: evening');
    write('runbooks.yaml.d/evening.rehearsal.yaml', head);
    const lines = (text: string): string[] => text.split('\n').filter((line) => line.includes('without'));
    expect(lines((await call('rehearse', 'evening')).stdout)).toEqual([
      expect.stringContaining('dark without hall: noticed by hall.shines') as string,
    ]);
    write('runbooks.yaml.d/evening.rehearsal.yaml', `${head}unproven: { hall.label: nobody reads it }\n`);
    expect((await call('rehearse', 'evening')).stdout).toContain('`unproven` names what is not tried here: hall.label');
    write('runbooks.yaml.d/evening.rehearsal.yaml', head);
    rmSync(join(here.folder, 'runbooks.yaml.d', 'light.rehearsal.yaml'));
    expect(lines((await call('rehearse', 'evening')).stdout)).toEqual([
      expect.stringContaining('dark without hall.fuse: noticed by hall.holds') as string,
      expect.stringContaining('dark without hall.lamp: noticed by hall.shines') as string,
      expect.stringContaining('dark without hall.label: not noticed') as string,
    ]);
  });

  it('is content with a loss that the file accepts with a reason', async () => {
    write('runbooks.yaml.d/light.rehearsal.yaml', rehearsal('unproven: { label: nobody reads it, fuse: it is old }\n'));
    const { code, stdout } = await call('rehearse', 'light');
    expect(stdout).toMatch(/dark without fuse: noticed by holds, so `unproven` need not name it/);
    expect(stdout).toContain(
      '  open    dark without label: not noticed, and the system is well without it, accepted: nobody reads it',
    );
    expect(code).toBe(0);
    // Runs that ended as expected leave no records behind, and what operators look at shows incidents only.
    expect(readdirSync(join(here.folder, 'state', 'rehearsals', 'runs'))).toEqual([]);
    expect((await call('runs', '-o', 'json')).stdout.trim()).toBe('[]');
  });

  it('tells what is otherwise than expected, and loses no step there', async () => {
    const wrong = rehearsal()
      .replace(
        'expect: { outcome: succeeded, changed: [fuse, lamp, label], verify: holds }',
        'expect: { outcome: failed, changed: [fuse] }',
      )
      .replace('given: holds', 'given: broken');
    write('runbooks.yaml.d/light.rehearsal.yaml', wrong);
    const { code, stdout } = await call('rehearse', 'light');
    expect(code).toBe(1);
    expect(stdout).toContain('the world was not prepared: verify says holds, given is broken');
    expect(stdout).toContain('the run ended succeeded, expected failed');
    expect(stdout).toContain('changed besides what is expected: lamp, label');
    expect(stdout).not.toContain('without');
  });

  it('agrees to approvals in the name of its approvers, who are not the starter', async () => {
    const approve = 'approve: { from: [electrician], min: 2, timeout: 1m, reason: true }, undo: none }';
    write('runbooks.yaml.d/light.yaml', light.replace('confirm: Switch it on?, undo: none }', approve));
    write(
      'config.yaml',
      `environments:
  toy: { rehearsal: true, timeScale: 60, sharedAccounts: ["user:${String(process.getuid?.())}"] }
roles: { electrician: [ana, ben] }
`,
    );
    const unproven = 'unproven: { label: nobody reads it }\n';
    const more = `approvers: [ana, ben]
worlds:
  dark:
    prepare: ["echo off > ../lamp", "echo blown > ../fuse"]
    expect: { outcome: succeeded, changed: [fuse, lamp, label] }
  stranger:
    prepare: ["echo off > ../lamp"]
    approvers: [ana, cleo]
    expect: { outcome: not-answered, changed: [fuse] }
  alone:
    prepare: ["echo off > ../lamp"]
    approvers: []
    expect: { outcome: not-answered, changed: [fuse] }
  declined:
    prepare: ["echo off > ../lamp"]
    answers: { lamp: false }
    expect: { outcome: not-answered, changed: [fuse] }
`;
    write('runbooks.yaml.d/light.rehearsal.yaml', rehearsal().replace(/worlds:[^]*/, unproven + more));
    const { code, stdout } = await call('rehearse', 'light');
    expect(stdout).toMatch(/ok {6}dark: succeeded .*\n.*noticed by holds.*\n.*noticed by shines/);
    for (const world of ['stranger', 'alone', 'declined']) expect(stdout).toMatch(new RegExp(`ok {6}${world}: not-answered`));
    expect(code).toBe(0);

    // Where that is not expected, it is told who did not count, and who is missing.
    const wrong = more.replaceAll('outcome: not-answered, changed: [fuse]', 'outcome: succeeded');
    write('runbooks.yaml.d/light.rehearsal.yaml', rehearsal().replace(/worlds:[^]*/, unproven + wrong));
    const { stdout: told } = await call('rehearse', 'light', '--no-sabotage');
    expect(told).toMatch(/FAILED {2}stranger[^]*the answer of cleo to lamp did not count: .*electrician/);
    expect(told).toMatch(/FAILED {2}alone[^]*lamp asked electrician to approve, and `approvers` names nobody more who may/);
  });

  it('has results for machines, and stats, list and show know of the last one', async () => {
    const { stdout } = await call('rehearse', '--no-sabotage', '-o', 'json');
    const [result] = JSON.parse(stdout) as readonly { readonly runbook: string; readonly worlds: readonly object[] }[];
    expect(result).toMatchObject({
      runbook: 'light',
      worlds: [{ world: 'healthy', problems: [] }, { world: 'dark' }],
      losses: [],
    });
    expect((await call('rehearse', '--world', 'healthy', '-o', 'junit')).stdout).toMatch(
      /<testsuite name="light" tests="1" failures="0" skipped="0" timestamp="[^"]+"><testcase classname="light" name="healthy" time="[\d.]+"\/>/,
    );
    expect((await call('rehearse', '--world', 'healthy', '-o', 'markdown')).stdout).toContain('| healthy | refused |');
    for (const verb of [
      ['stats', 'light'],
      ['list', '-o', 'json'],
      ['show', 'light'],
    ])
      expect((await call(...verb)).stdout, verb.join(' ')).toMatch(/rehears/i);
    write('runbooks.yaml.d/light.yaml', light.replace('The lamp is off', 'The lamp is dark'));
    expect((await call('show', 'light')).stdout).toContain('another text');
  });

  it('is demanded by a configuration: in full and with success', async () => {
    write('runbook.config.yaml', 'environments:\n  toy: { rehearsal: true }\nlint: { rehearsedWithin: 90d }\n');
    const lint = () => call('lint', '--config', 'runbook.config.yaml', '--strict', 'rehearsal/due');
    await call('rehearse', '--world', 'healthy');
    const due = await lint();
    expect(due.code).toBe(3);
    expect(due.stdout).toContain('the runbook light was never rehearsed on this machine');
    const { stdout: shown } = await call('show', 'light');
    expect(shown).toContain('only a part of the rehearsal; a rehearsal is due (within 90d is demanded)');
    write('runbooks.yaml.d/light.rehearsal.yaml', rehearsal('unproven: { label: nobody reads it }\n'));
    await call('rehearse');
    expect(await lint()).toMatchObject({ code: 0 });
    expect((await call('list', '-o', 'json')).stdout).toMatch(/"rehearsalDue": ?false/);
  });

  it('rehearses what git says was changed', async () => {
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: here.folder, stdio: 'ignore' });
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      ['commit', '-qm', 'all'],
    ])
      git(...args);
    expect(await call('rehearse', '--changed', 'HEAD')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'no runbook with a rehearsal file was changed\n',
    });
    write('runbooks.yaml.d/light.yaml', light.replace('The lamp is off', 'The lamp is dark'));
    expect((await call('rehearse', '--changed', 'HEAD', '--world', 'healthy')).stdout).toContain('healthy: refused');
    expect(await call('rehearse', '--changed', 'nosuch')).toMatchObject({ code: 2 });
  });

  it('takes the system down when it is interrupted, and when a command fails', async () => {
    const slow = rehearsal().replace(
      'prepare: ["echo on > ../lamp"',
      'prepare: ["echo here > ../waits; sleep 60", "echo on > ../lamp"',
    );
    write('runbooks.yaml.d/light.rehearsal.yaml', slow);
    const running = start(['rehearse', 'light'], { cwd: here.folder, env: here.env });
    await eventually('it prepares', () => existsSync(join(here.folder, 'waits')));
    running.child.kill('SIGINT');
    expect(await running.finished).toMatchObject({ code: 130 });
    expect(readFileSync(join(here.folder, 'lab'), 'utf8')).toBe('up\ndown\n');

    write('runbooks.yaml.d/light.rehearsal.yaml', slow.replace('sleep 60', 'echo no power >&2; exit 3'));
    const failed = await call('rehearse', 'light');
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toContain('exited with 3: no power');
    expect(readFileSync(join(here.folder, 'lab'), 'utf8')).toBe('up\ndown\nup\ndown\n');
  });

  it('never lets a step pretend outside of an environment for rehearsals', async () => {
    write('config.yaml', 'environments:\n  toy: {}\n');
    const { code, stderr } = await call('rehearse', 'light');
    expect(code).toBe(2);
    expect(stderr).toContain('environment "toy" is not marked as a rehearsal');
    expect(readFileSync(join(here.folder, 'lab'), 'utf8')).toBe('up\ndown\n');
  });
});

describe('a rehearsal file', () => {
  it.each([
    ['worlds:', 'wrolds:', 'key/unknown'],
    ['outcome: refused', 'outcome: refuse', 'value/enum'],
    ['isOff: failed', 'isof: failed', 'name/unknown-step'],
    ['changed: [fuse, lamp', 'changed: [fuze, lamp', 'name/unknown-step'],
    ['room: hall', 'rom: hall', 'name/unknown-input'],
    ['rehearses: light', 'rehearses: lamp', 'value/enum'],
    ['verify: test "$(cat ../lamp)" = on\n', '', 'key/missing'],
    ['given: holds', 'given: well', 'value/enum'],
    ['    expect: { outcome: refused, steps: { isOff: failed }, changed: [], verify: holds }\n', '', 'key/missing'],
  ])('%j written as %j is found by lint, and nothing is brought up', async (right, wrong, code) => {
    write('runbooks.yaml.d/light.rehearsal.yaml', rehearsal().replace(right, wrong));
    const linted = await call('lint', '-o', 'json');
    expect(linted.code).toBe(3);
    const { findings } = JSON.parse(linted.stdout) as {
      readonly findings: readonly { readonly code: string; readonly file: string }[];
    };
    expect(findings.map((one) => one.code)).toContain(code);
    expect(findings[0]?.file).toBe('runbooks.yaml.d/light.rehearsal.yaml');
    expect(await call('rehearse', 'light')).toMatchObject({ code: 3 });
    expect(existsSync(join(here.folder, 'lab'))).toBe(false);
  });

  it('names steps of called runbooks as a run does', async () => {
    const evening = `apiVersion: runbook/v1\nid: evening\ntitle: Evening\nowners: [tests]\nsteps:\n`;
    write('runbooks.yaml.d/evening.yaml', `${evening}  - { id: hall, type: runbook, run: light, inputs: { room: hall } }\n`);
    const worlds = (step: string): string =>
      `worlds: { dark: { answers: { ${step}: true }, expect: { outcome: succeeded, changed: [${step}] } } }\n`;
    const head = rehearsal()
      .replace(/inputs:[^]*/, '')
      .replace('rehearses: light', 'rehearses: evening');
    write('runbooks.yaml.d/evening.rehearsal.yaml', `${head}${worlds('hall.lamp')}`);
    expect(await call('lint')).toMatchObject({ code: 0 });
    write('runbooks.yaml.d/evening.rehearsal.yaml', `${head}${worlds('hall.lamb')}`);
    expect((await call('lint')).stdout).toContain('did you mean "hall.lamp"');
  });

  it('lints clean, and is not taken for a runbook', async () => {
    expect(await call('lint')).toMatchObject({ code: 0 });
    expect((await call('list')).stdout.trim().split('\n')).toHaveLength(1);
  });
});
