/**
 * Hosts of a world: one real OpenSSH server, which listens at a port for each of them. A host is a folder with a PATH of its own; sessions begin
 * in it, so its files have relative paths. A host that is away closes every connection before anything runs.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { writeProgram } from './programs.ts';
import type { SshHost } from './servers/ssh.ts';
import { sshFiles } from './servers/ssh.ts';
import type { LabState } from './state.ts';
import { controlUrl, portOf, runDirectory } from './state.ts';
import type { Program, World } from './worlds/world.ts';

/** Name of the port that the SSH server answers at for a host. */
export const sshPort = (host: string): string => `ssh-${host}`;

/** Where the SSH server keeps its keys and settings. */
export const sshDirectory = (state: LabState): string => join(runDirectory(state.directory), 'sshd');

/** The folder that is a host: sessions begin here, and it is their HOME. */
export const hostFolder = (state: LabState, host: string): string => join(runDirectory(state.directory), 'hosts', host);

const awayFile = (state: LabState, host: string): string => `${hostFolder(state, host)}.away`;

/** Entry of an ssh target. */
export const sshTarget = (state: LabState, host: string): Readonly<Record<string, unknown>> => {
  const { identity, knownHosts } = sshFiles(sshDirectory(state));
  const port = portOf(state, sshPort(host));
  return { type: 'ssh', host: '127.0.0.1', port, user: userInfo().username, identity, knownHosts };
};

/** A host that is terminated, or was not launched yet, is away. */
export function setAway(state: LabState, host: string, away: boolean): void {
  if (away) writeFileSync(awayFile(state, host), '');
  else rmSync(awayFile(state, host), { force: true });
}

export const isAway = (state: LabState, host: string): boolean => existsSync(awayFile(state, host));

/** Makes the folders of all hosts with their programs; the hosts are there, not away. */
export function makeHosts(state: LabState, { hosts = [] }: Pick<World, 'hosts'>, tools: Readonly<Record<string, Program>>): void {
  for (const host of hosts) {
    const folder = hostFolder(state, host);
    mkdirSync(folder, { recursive: true });
    const env = { RUNBOOK_LAB_CONTROL: controlUrl(state), RUNBOOK_LAB_HOST: host };
    for (const [name, program] of Object.entries(tools)) writeProgram(join(folder, 'bin'), name, program, env);
    writeFileSync(loginOf(folder), login(folder, awayFile(state, host)));
    chmodSync(loginOf(folder), 0o755);
  }
}

/** What the SSH server must know of the hosts. */
export const sshHosts = (state: LabState, hosts: readonly string[]): readonly SshHost[] =>
  hosts.map((host) => ({ port: portOf(state, sshPort(host)), login: loginOf(hostFolder(state, host)) }));

const loginOf = (folder: string): string => join(dirname(folder), `${folder.slice(dirname(folder).length + 1)}.login`);

/** Every session of the host runs this. Its parent is the server's process for the connection. */
const login = (folder: string, away: string): string => `#!/bin/sh
if [ -e '${away}' ]; then kill -9 "$PPID"; exit 255; fi
cd '${folder}' || exit 255
HOME='${folder}'
PATH='${join(folder, 'bin')}'${delimiter}"$PATH"
export HOME PATH
if [ -n "$SSH_ORIGINAL_COMMAND" ]; then exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"; fi
exec /bin/sh
`;
