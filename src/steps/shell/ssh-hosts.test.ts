/** Which host it is: a changed key, and hosts on the way there, each checked like the host itself. Real OpenSSH servers. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../../../lab/servers/ssh.ts';
import type { TestSsh } from '../../../lab/servers/ssh-tests.ts';
import { startSsh } from '../../../lab/servers/ssh-tests.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';

let host: TestSsh;
let outer: TestSsh;
let inner: TestSsh;
const folder = mkdtempSync(join(tmpdir(), 'runbook-ssh-hosts-'));
beforeAll(async () => {
  [host, outer, inner] = await Promise.all([startSsh(), startSsh(), startSsh()]);
  await makeKey(join(folder, 'another'));
  // One key of the operator opens all of them.
  for (const bastion of [outer, inner]) appendFileSync(bastion.files.authorizedKeys, readFileSync(`${host.target.identity}.pub`));
});
afterAll(async () => {
  await Promise.all([host, outer, inner].map((one) => one.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const lineOf = (one: TestSsh): string => readFileSync(one.target.knownHosts, 'utf8');
const knownHosts = (...lines: readonly string[]): string => {
  const path = join(folder, `known-${String(lines.join('').length)}`);
  writeFileSync(path, lines.join(''));
  return path;
};
/** The line of a host, with the key of somebody else. */
const changed = (one: TestSsh): string => {
  const [, key = ''] = readFileSync(join(folder, 'another.pub'), 'utf8').split(' ');
  const [place = '', kind = ''] = lineOf(one).split(' ');
  return `${place} ${kind} ${key}\n`;
};
const through = (...all: readonly TestSsh[]): readonly string[] =>
  all.map(({ target }) => `${target.user}@${target.host}:${String(target.port)}`);
const open = (more: object) => openStep(stepType, { ...host.target, ...more }, 'ssh');
const never = join(folder, 'never');
const logged = (one: TestSsh): string => readFileSync(join(one.files.hostKey, '..', 'sshd.log'), 'utf8');

describe('a host whose key has changed', () => {
  it('is refused before anything is sent, with what to do', async () => {
    const bench = await open({ knownHosts: knownHosts(changed(host)) });
    const { done, sent } = await bench.run({ argv: ['touch', never] });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'auth', code: 'host-key' });
    expect(done).toMatchObject({ hint: expect.stringContaining('nothing was sent') as string });
    expect(sent).toBe(false);
    expect(existsSync(never)).toBe(false);
  });
});

describe('hosts on the way', () => {
  it.each([
    ['one', () => [outer], () => [lineOf(host), lineOf(outer)]],
    ['two, one behind the other', () => [outer, inner], () => [lineOf(host), lineOf(outer), lineOf(inner)]],
  ])('%s: the command runs at the end of it', async (_what, bastions, known) => {
    const before = bastions().map((one) => logged(one).length);
    const bench = await open({ jump: through(...bastions()), knownHosts: knownHosts(...known()) });
    expect(resultOf(await bench.run({ script: 'echo "$SSH_CONNECTION"' }))).toMatchObject({
      stdout: expect.stringContaining(` ${String(host.target.port)}\n`) as string,
    });
    for (const [index, one] of bastions().entries()) expect(logged(one).slice(before[index])).toContain('Accepted publickey');
  });

  it.each([
    ['the bastion is not known', () => [lineOf(host)]],
    ['the key of the bastion has changed', () => [lineOf(host), changed(outer)]],
    ['the host behind it is not known', () => [lineOf(outer)]],
    ['the key of the host behind it has changed', () => [changed(host), lineOf(outer)]],
  ])('%s: nothing is run', async (_what, known) => {
    const bench = await open({ jump: through(outer), knownHosts: knownHosts(...known()) });
    const { done, sent } = await bench.run({ argv: ['touch', never] });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'auth', code: 'host-key' });
    expect(sent).toBe(false);
    expect(existsSync(never)).toBe(false);
  });

  it('a bastion that lets nobody in is reported', async () => {
    const bench = await open({
      jump: through(outer),
      identity: join(folder, 'another'),
      knownHosts: knownHosts(lineOf(host), lineOf(outer)),
    });
    const { done } = await bench.run({ argv: ['touch', never] });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'auth', code: 'denied' });
    expect(existsSync(never)).toBe(false);
  });
});
