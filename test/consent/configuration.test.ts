/** A configuration that is found, not named, counts only when nobody else could have put it there. */
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

const nobody = 65_534;
let here: Place;
let config: string;
const at = (...names: readonly string[]): string => join(here.folder, ...names);
/** Whatever the mask of the process is. */
const mkdirAs = (path: string, mode: number): void => {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
};
const ran = (): boolean => existsSync(at('ran'));

beforeEach(() => {
  here = place();
  mkdirSync(at('shared', 'work'), { recursive: true });
  config = at('shared', 'runbook.config.yaml');
  const command = JSON.stringify(['/bin/sh', '-c', `touch ${at('ran')}; echo secretsecret`]);
  writeFileSync(config, `environments:\n  local: { secrets: { tok: 'exec:${command}' } }\n`);
  const steps = 'steps: [{ id: s, type: shell, argv: [cat], stdin: "{{secrets.tok}}", reads: true }]';
  writeFileSync(at('shared', 'work', 'r.yaml'), `apiVersion: runbook/v1\nid: r\ntitle: R\nowners: [tests]\n${steps}\n`);
});
afterEach(() => {
  here.remove();
});
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: at('shared', 'work') });

describe('the nearest configuration upward', () => {
  it.each<readonly [string, () => void]>([
    ['of another user', () => chownSync(config, nobody, nobody)],
    ['that others may write', () => chmodSync(config, 0o666)],
    ['in a folder that others may write', () => chmodSync(at('shared'), 0o777)],
    ['in a folder of another user', () => chownSync(at('shared'), nobody, nobody)],
    [
      'that is a symbolic link',
      () => {
        writeFileSync(at('theirs.yaml'), readFileSync(config));
        symlinkSync(at('theirs.yaml'), at('shared', 'work', 'runbook.config.yaml'));
      },
    ],
  ])('%s is refused by run, check and doctor, with what to do', async (_what, change) => {
    change();
    const run = await call('run', 'r.yaml', '--trust-config', '--no-questions');
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('--config');
    await call('check', 'r.yaml', '--trust-config');
    await call('doctor', '--env', 'local', '--trust-config');
    expect((await call('doctor')).stdout).toContain('is not trusted');
    expect(ran()).toBe(false);
  });

  it('is used when it is ours, also in a sticky folder, and in any case when it is named', async () => {
    chmodSync(at('shared'), 0o1777);
    expect((await call('run', 'r.yaml', '--trust-config', '--no-questions')).code).toBe(0);
    chownSync(config, nobody, nobody);
    expect((await call('run', 'r.yaml', '--trust-config', '--no-questions')).code).toBe(3);
    expect((await call('run', 'r.yaml', '--trust-config', '--no-questions', '--config', '../runbook.config.yaml')).code).toBe(0);
  });

  it('is not looked for above the root of the repository', async () => {
    mkdirSync(at('shared', 'work', '.git'));
    await call('run', 'r.yaml', '--trust-config', '--no-questions');
    expect(ran()).toBe(false);
  });
});

describe('the folder of runs', () => {
  it.each<readonly [string, () => void]>([
    ['can be written by others', () => chmodSync(at('state'), 0o777)],
    ['lies in a folder that others may write', () => chmodSync(here.folder, 0o777)],
    ['belongs to another user', () => chownSync(at('state'), nobody, nobody)],
    ['has a folder of runs that others may write', () => mkdirAs(at('state', 'runs'), 0o777)],
    ['has a folder of locks that others may write', () => mkdirAs(at('state', 'locks'), 0o777)],
  ])('is refused when it %s', async (_what, change) => {
    mkdirSync(at('state'), { mode: 0o700 });
    change();
    const run = await call('run', 'r.yaml', '--trust-config', '--no-questions');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('cannot keep runs in');
    expect(ran()).toBe(false);
  });

  it('is refused when everybody can put another folder in the place of one above it', async () => {
    mkdirAs(at('open'), 0o777);
    mkdirSync(at('open', 'mine', 'state'), { recursive: true, mode: 0o700 });
    const env = { ...here.env, RUNBOOK_STATE_DIR: at('open', 'mine', 'state') };
    const run = await runbook(['run', 'r.yaml', '--trust-config', '--no-questions'], { env, cwd: at('shared', 'work') });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(`the folder ${at('open')} above it can be written by other users (mode 777)`);
    expect(ran()).toBe(false);
  });
});
