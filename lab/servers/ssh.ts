/**
 * An OpenSSH server of its own: keys made for it, nobody's configuration touched. It lets in the user that has started it, with the client key
 * beside it, and gives a shell, forwarding (for jump hosts) and nothing else.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findSshd, need } from './find.ts';
import type { Process } from './process.ts';
import { launch, ready } from './process.ts';

const run = promisify(execFile);

export interface SshOptions {
  readonly directory: string;
  readonly port: number;
  readonly detached: boolean;
  /** PATH of the commands that it runs, if another than its own. */
  readonly path?: string;
  /** Further ports, each of a host of its own. */
  readonly hosts?: readonly SshHost[];
}

export interface SshHost {
  readonly port: number;
  /** Program that runs every session at this port; it finds the command in SSH_ORIGINAL_COMMAND. */
  readonly login: string;
}

export interface SshFiles {
  /** Private key of the client. */
  readonly identity: string;
  readonly knownHosts: string;
  readonly authorizedKeys: string;
  readonly hostKey: string;
}

export const sshFiles = (directory: string): SshFiles => ({
  identity: join(directory, 'client'),
  knownHosts: join(directory, 'known_hosts'),
  authorizedKeys: join(directory, 'authorized_keys'),
  hostKey: join(directory, 'host'),
});

/** `keep`: the keys of a former start are there and stay. */
export async function launchSsh(options: SshOptions, keep = false): Promise<Process> {
  const files = sshFiles(options.directory);
  if (!keep) await makeKeys(options, files);
  // Started by root it wants this folder for its unprivileged child, and only its service makes it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const settings = join(options.directory, 'sshd_config');
  writeFileSync(settings, settingsOf(options, files));
  return launch({
    name: 'sshd',
    command: need('sshd', findSshd()),
    args: ['-D', '-e', '-f', settings],
    log: join(options.directory, 'sshd.log'),
    detached: options.detached,
  });
}

/** Ready: it greets. */
export const sshReady = (options: SshOptions, one: Process): Promise<void> =>
  ready('sshd', () => greeted(options.port), { within: 20_000, of: one, log: join(options.directory, 'sshd.log') });

async function makeKeys(options: SshOptions, files: SshFiles): Promise<void> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  chmodSync(options.directory, 0o700);
  for (const path of [files.hostKey, files.identity]) await makeKey(path);
  writeFileSync(files.authorizedKeys, readFileSync(`${files.identity}.pub`), { mode: 0o600 });
  const [kind = '', key = ''] = readFileSync(`${files.hostKey}.pub`, 'utf8').split(' ');
  const ports = [options.port, ...(options.hosts ?? []).map((host) => host.port)];
  const known = ports.map((port) => `[127.0.0.1]:${String(port)} ${kind} ${key}\n`);
  writeFileSync(files.knownHosts, known.join(''), { mode: 0o600 });
}

/** A key without a passphrase, and its public half in `PATH.pub`. */
export async function makeKey(path: string): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path]);
}

const settingsOf = ({ directory, port, path, hosts = [] }: SshOptions, files: SshFiles): string =>
  [
    ...[port, ...hosts.map((host) => host.port)].map((one) => `Port ${String(one)}`),
    'ListenAddress 127.0.0.1',
    `HostKey ${files.hostKey}`,
    `AuthorizedKeysFile ${files.authorizedKeys}`,
    `PidFile ${join(directory, 'sshd.pid')}`,
    'PermitRootLogin prohibit-password',
    `AllowUsers ${userInfo().username}`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    // The folder lies in /tmp, which everybody may write to.
    'StrictModes no',
    'PrintMotd no',
    'UseDNS no',
    'AllowTcpForwarding yes',
    'MaxStartups 100',
    'LogLevel VERBOSE',
    ...(path === undefined ? [] : [`SetEnv PATH=${path}`]),
    ...hosts.flatMap((host) => [`Match LocalPort ${String(host.port)}`, `ForceCommand ${host.login}`]),
    '',
  ].join('\n');

const greeted = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1000, () => socket.destroy(new Error('no greeting')));
    socket.on('error', reject);
    socket.on('data', (greeting) => {
      socket.destroy();
      resolve(greeting.toString().startsWith('SSH-2.0'));
    });
  });
