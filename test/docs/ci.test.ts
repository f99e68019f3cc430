/** The examples for CI and hooks are run as they stand, in a repository of their own, with a good and a bad runbook. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Place } from '../rig/cli.ts';
import { place, program, root } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(join(here.folder, 'bin'));
  writeFileSync(join(here.folder, 'bin/runbook'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`);
  chmodSync(join(here.folder, 'bin/runbook'), 0o755);
  mkdirSync(join(here.folder, 'repo/runbooks.yaml.d'), { recursive: true });
  sh('git init -q && git config user.email t@localhost && git config user.name t');
});
afterEach(() => {
  here.remove();
});

const sh = (script: string): { readonly code: number | null; readonly output: string } => {
  const PATH = [join(here.folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
  const end = spawnSync('sh', ['-ec', script], { cwd: join(here.folder, 'repo'), env: { ...process.env, ...here.env, PATH } });
  return { code: end.status, output: `${end.stdout.toString()}${end.stderr.toString()}` };
};
const write = (id: string, key: string): void => {
  const text = `apiVersion: runbook/v1\nid: ${id}\ntitle: One\nowners: [tests]\nsteps:\n  - { id: one, type: shell, ${key}: ["true"] }\n`;
  writeFileSync(join(here.folder, 'repo/runbooks.yaml.d', `${id}.yaml`), text);
};
const yaml = (path: string): unknown => parse(readFileSync(join(root, path), 'utf8'));

describe('CI examples', () => {
  it('GitHub: the step fails on a bad runbook and annotates its line', () => {
    const workflow = yaml('docs/ci/github.yml') as { jobs: { lint: { steps: readonly { run?: string }[] } } };
    const script = workflow.jobs.lint.steps.flatMap((one) => one.run ?? []).join('\n');
    write('good', 'argv');
    expect(sh(script)).toEqual({ code: 0, output: '' });
    write('bad', 'argb');
    expect(sh(script)).toMatchObject({ code: 3, output: expect.stringContaining('::error file=runbooks.yaml.d/bad.yaml,line=6') as string });
  });

  it('GitLab: the job fails on a bad runbook and leaves the report it names', () => {
    const { runbooks } = yaml('docs/ci/gitlab.yml') as {
      runbooks: { script: readonly string[]; artifacts: { reports: { codequality: string } } };
    };
    write('bad', 'argb');
    expect(sh(runbooks.script.join('\n')).code).toBe(3);
    const report = readFileSync(join(here.folder, 'repo', runbooks.artifacts.reports.codequality), 'utf8');
    expect(JSON.parse(report)).toMatchObject([{ check_name: 'key/unknown', location: { path: 'runbooks.yaml.d/bad.yaml' } }]);
  });
});

describe('hooks', () => {
  it('the git hook refuses a commit with a bad runbook and lets others pass', () => {
    copyFileSync(join(root, 'docs/ci/pre-commit.sh'), join(here.folder, 'repo/.git/hooks/pre-commit'));
    write('good', 'argv');
    expect(sh('git add . && git commit -qm good')).toMatchObject({ code: 0 });
    write('bad', 'argb');
    const refused = sh('git add . && git commit -qm bad');
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('did you mean "argv"');
    expect(execFileSync('git', ['log', '--format=%s'], { cwd: join(here.folder, 'repo'), encoding: 'utf8' })).toBe('good\n');
    writeFileSync(join(here.folder, 'repo/notes.txt'), 'x');
    expect(sh('git rm -q --cached runbooks.yaml.d/bad.yaml && git add notes.txt && git commit -qm notes')).toMatchObject({ code: 0 });
  });

  it('the hook of the pre-commit framework names files of a catalogue and a command that lints them', () => {
    const [hook] = yaml('.pre-commit-hooks.yaml') as readonly { entry: string; files: string }[];
    const matches = (path: string): boolean => new RegExp(hook?.files ?? '').test(path);
    expect(['runbooks.yaml.d/a/b.yaml', 'ops/runbooks.yaml.d/x.yml', 'deploy.yaml'].map(matches)).toEqual([true, true, false]);
    write('bad', 'argb');
    expect(sh(`${hook?.entry ?? ''} runbooks.yaml.d/bad.yaml`).code).toBe(3);
  });
});
