/** The OpenSSH server as tests use it. */
import { userInfo } from 'node:os';
import type { SshFiles } from './ssh.ts';
import { launchSsh, sshFiles, sshReady } from './ssh.ts';
import type { TestServer } from './test-servers.ts';
import { start } from './test-servers.ts';

export interface TestSsh extends TestServer {
  /** Entry of a target without `type`. */
  readonly target: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly identity: string;
    readonly knownHosts: string;
  };
  readonly files: SshFiles;
}

/** It lets in the user that runs the test; host keys and accounts of the machine are not touched. `path`: PATH of its commands. */
export const startSsh = ({ path }: { readonly path?: string } = {}): Promise<TestSsh> =>
  start('ssh', 1, ([port = 0], directory) => {
    const options = { directory, port, detached: false, ...(path === undefined ? {} : { path }) };
    const files = sshFiles(directory);
    const { identity, knownHosts } = files;
    return {
      extra: { files, target: { host: '127.0.0.1', port, user: userInfo().username, identity, knownHosts } },
      launch: (again) => launchSsh(options, again),
      ready: (one) => sshReady(options, one),
    };
  });
