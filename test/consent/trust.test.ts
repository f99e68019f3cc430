/** Programs that a configuration names run only after this user has agreed to them, once, by exactly what is run. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
const at = (...names: readonly string[]): string => join(here.folder, ...names);
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: here.folder });
const ran = (): boolean => existsSync(at('ran'));
const gives = (secret: string): readonly string[] => ['/bin/sh', '-c', `touch ran; echo ${secret}`];

function configure(command: readonly string[], more: object = {}, file = 'runbook.config.yaml'): void {
  const secrets = { tok: `exec:${JSON.stringify(command)}`, unused: 'exec:["/bin/false"]' };
  writeFileSync(at(file), JSON.stringify({ ...more, environments: { local: { secrets } } }));
}

beforeEach(() => {
  here = place();
  configure(gives('secretsecret'));
  const head = 'apiVersion: runbook/v1\ntitle: R\nowners: [tests]\n';
  const uses = '{ id: s, type: shell, argv: [cat], stdin: "{{secrets.tok}}", reads: true }';
  writeFileSync(at('r.yaml'), `${head}id: r\nsteps: [${uses}]\n`);
  writeFileSync(at('none.yaml'), `${head}id: none\nsteps: [{ id: s, type: shell, argv: ["true"], reads: true }]\n`);
});
afterEach(() => {
  here.remove();
});

describe('without a terminal', () => {
  it.each([['run'], ['check']])('%s names the command, runs nothing, and leaves no run', async (verb) => {
    const { code, stderr } = await call(verb, 'r.yaml', '--no-questions');
    expect(code).toBe(2);
    expect(stderr).toContain(`secret tok: /bin/sh -c 'touch ran; echo secretsecret'`);
    expect(stderr).not.toContain('unused');
    expect(stderr).toContain('--trust-config');
    expect(ran()).toBe(false);
    expect(existsSync(at('state', 'runs'))).toBe(false);
  });

  it('--trust-config agrees once, for the user and for exactly these words', async () => {
    expect((await call('run', 'r.yaml', '--no-questions', '--trust-config')).code).toBe(0);
    expect((await call('run', 'r.yaml', '--no-questions')).code).toBe(0);
    expect((await call('resume', 'last')).code).toBe(0);
    expect(statSync(at('state', 'trusted')).mode & 0o777).toBe(0o700);
    expect(readdirSync(at('state', 'trusted'))).toHaveLength(1);
    configure(gives('another secret'));
    expect((await call('run', 'r.yaml', '--no-questions')).code).toBe(2);
    configure(gives('secretsecret'));
    expect((await call('run', 'r.yaml', '--no-questions')).code).toBe(0);
  });

  it('what was agreed to in one file is not in another one', async () => {
    expect((await call('run', 'r.yaml', '--no-questions', '--trust-config')).code).toBe(0);
    mkdirSync(at('other'));
    configure(gives('secretsecret'), {}, join('other', 'c.yaml'));
    expect((await call('run', 'r.yaml', '--no-questions', '--config', 'other/c.yaml')).code).toBe(2);
  });

  it('a run that uses no program of the configuration needs no agreement', async () => {
    expect((await call('run', 'none.yaml', '--no-questions')).code).toBe(0);
  });

  it('the anchor is agreed to as well, also by verify', async () => {
    configure(gives('secretsecret'), { anchor: { put: ['tee', '-a', 'heads'], get: ['cat', 'heads'] } });
    const refused = await call('run', 'none.yaml', '--no-questions');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/anchor: tee -a heads[^]*anchor: cat heads/)]);
    expect((await call('run', 'none.yaml', '--no-questions', '--trust-config')).code).toBe(0);
    expect((await call('verify', 'last')).code).toBe(0);
    rmSync(at('state', 'trusted'), { recursive: true });
    expect((await call('verify', 'last')).code).toBe(2);
  });

  it('an agent agrees to nothing', async () => {
    const agent = ['--actor-kind', 'agent', '--on-behalf-of', 'ana'];
    expect((await call('run', 'r.yaml', '--no-questions', '--trust-config', ...agent)).code).toBe(2);
    expect(ran()).toBe(false);
  });
});

describe('doctor', () => {
  it('names the commands, and runs them when they are agreed to', async () => {
    const first = await call('doctor', '--env', 'local');
    expect(first.stdout).toContain(`MISSING secret tok: not opened: nobody has agreed to its command yet: /bin/sh -c 'touch ran`);
    expect(ran()).toBe(false);
    const agreed = await call('doctor', '--env', 'local', '--trust-config');
    expect(agreed.stdout).toContain('ok      secret tok: is there');
    expect(ran()).toBe(true);
    expect((await call('run', 'r.yaml', '--no-questions')).code).toBe(0);
  });

  it('repeats no secret that somebody wrote into a command', async () => {
    configure(['curl', '-H', 'Authorization: Bearer abcdefghijklmnop1234']);
    for (const args of [
      ['doctor', '--env', 'local'],
      ['run', 'r.yaml', '--no-questions'],
    ]) {
      const { stdout, stderr } = await call(...args);
      expect(stdout + stderr).toContain('curl -H');
      expect(stdout + stderr).not.toContain('abcdefghijklmnop1234');
    }
  });
});

describe('on a terminal', () => {
  it.each([
    ['y', true],
    ['n', false],
    ['', false],
  ])('the question answered with "%s": runs %s', async (answer, runs) => {
    const screen = openTerminal(['check', 'r.yaml'], { env: here.env, cwd: here.folder });
    await screen.sees('[y/N]');
    expect(ran()).toBe(false);
    await screen.type(`${answer}\r`);
    expect([await screen.code, ran()]).toEqual([runs ? 0 : 2, runs]);
  });
});
