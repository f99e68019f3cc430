/** Hosts by a real OpenSSH server: each its own folder and PATH. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostFolder, makeHosts, setAway, sshDirectory, sshHosts, sshPort, sshTarget } from './hosts.ts';
import type { Process } from './servers/process.ts';
import { end, freePorts } from './servers/process.ts';
import { launchSsh, sshReady } from './servers/ssh.ts';
import type { LabState } from './state.ts';

const hosts = ['gatherer-1', 'gatherer-2'];
const directory = mkdtempSync(join(tmpdir(), 'runbook-hosts-'));
let state: LabState;
let server: Process;

beforeAll(async () => {
  const names = ['control', 'sshd', ...hosts.map(sshPort)];
  const free = await freePorts(names.length);
  const ports = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]));
  state = { world: 'none', directory, startedAt: '', ports, processes: [], ready: true };
  makeHosts(state, { hosts }, { whoami: { command: ['/bin/sh', '-c', 'echo "I am $RUNBOOK_LAB_HOST"'] } });
  for (const host of hosts) writeFileSync(join(hostFolder(state, host), 'name'), host);
  const options = { directory: sshDirectory(state), port: ports['sshd'] ?? 0, hosts: sshHosts(state, hosts), detached: false };
  server = await launchSsh(options);
  await sshReady(options, server);
});
afterAll(async () => {
  await end([server]);
  rmSync(directory, { recursive: true, force: true });
});

const on = (host: string, command: string): Promise<{ readonly stdout: string }> => {
  const target = sshTarget(state, host) as Readonly<Record<'host' | 'user' | 'identity' | 'knownHosts', string>> & {
    port: number;
  };
  const options = ['-o', `UserKnownHostsFile=${target.knownHosts}`, '-o', 'BatchMode=yes', '-i', target.identity];
  return promisify(execFile)('ssh', [...options, '-p', String(target.port), `${target.user}@${target.host}`, command]);
};

it('are folders: sessions begin in them, with their programs first on PATH', async () => {
  expect((await on('gatherer-1', 'cat name; echo; whoami')).stdout).toBe('gatherer-1\nI am gatherer-1\n');
  expect((await on('gatherer-2', 'cd /; cat "$HOME/name"; echo; whoami')).stdout).toBe('gatherer-2\nI am gatherer-2\n');
});

it('end with the exit code of the command', async () => {
  await expect(on('gatherer-1', 'exit 7')).rejects.toMatchObject({ code: 7 });
});

it('cannot be reached while they are away', async () => {
  setAway(state, 'gatherer-1', true);
  await expect(on('gatherer-1', 'whoami')).rejects.toMatchObject({ code: 255, stdout: '' });
  expect((await on('gatherer-2', 'whoami')).stdout).toBe('I am gatherer-2\n');
  setAway(state, 'gatherer-1', false);
  expect((await on('gatherer-1', 'whoami')).stdout).toBe('I am gatherer-1\n');
});
